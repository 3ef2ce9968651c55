import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Pass } from './door.ts'

/** Whom a run belongs to; null: to the hub's own user. */
export type RunUser = { uid: number; gid: number } | null

/** A folder of one run, with nothing in it but the way to the one cluster. */
export interface RunHome extends AsyncDisposable {
  dir: string
  kubeconfig: string
}

/** What kubectl is told of the cluster. */
function kubeconfigOf(cluster: { id: string; name: string }, { url, ca, token }: Pass): string {
  const { name } = cluster
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name,
          cluster: {
            server: `${url}/k8s/${cluster.id}`,
            'certificate-authority-data': Buffer.from(ca).toString('base64'),
          },
        },
      ],
      users: [{ name: 'you', user: { token } }],
      contexts: [{ name, context: { cluster: name, user: 'you' } }],
      'current-context': name,
    },
    { lineWidth: 0 },
  )
}

/** Makes the home of a run, which nobody else may look into. Disposing of it removes it with all that is in it. */
export async function makeRunHome(
  cluster: { id: string; name: string },
  pass: Pass,
  user: RunUser,
  parent = tmpdir(),
): Promise<RunHome> {
  const dir = await mkdtemp(join(parent, 'moorage-kubectl-'))
  const home = {
    dir,
    kubeconfig: join(dir, 'config'),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
  try {
    await chmod(dir, 0o700)
    await writeFile(home.kubeconfig, kubeconfigOf(cluster, pass), { mode: 0o600, flag: 'wx' })
    if (user !== null) {
      await chown(home.kubeconfig, user.uid, user.gid)
      await chown(dir, user.uid, user.gid)
    }
    return home
  } catch (error) {
    await home[Symbol.asyncDispose]()
    throw error
  }
}
