import { chmod, chown, lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
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

/** Of the folders' names; the hub's process follows, so that it can be told whose they are. */
const PREFIX = 'moorage-kubectl-'
const OF_PROCESS = new RegExp(`^${PREFIX}(\\d+)-\\w{6}$`)

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/**
 * Removes the homes that hubs which were killed have left behind. To be called before the first run:
 * those of this process' own number are of one that had it before. Gives how many there were.
 */
export async function removeLeftRunHomes(user: RunUser, parent = tmpdir()): Promise<number> {
  let removed = 0
  for (const name of await readdir(parent)) {
    const pid = Number(OF_PROCESS.exec(name)?.[1])
    if (Number.isNaN(pid) || (pid !== process.pid && isRunning(pid))) continue
    const dir = join(parent, name)
    const found = await lstat(dir).catch(() => null)
    // Anybody may give a folder such a name.
    const ours = found?.isDirectory() && [user?.uid, process.getuid?.()].includes(found.uid)
    if (!ours) continue
    await rm(dir, { recursive: true, force: true })
    removed += 1
  }
  return removed
}

/** Makes the home of a run, which nobody else may look into. Disposing of it removes it with all that is in it. */
export async function makeRunHome(
  cluster: { id: string; name: string },
  pass: Pass,
  user: RunUser,
  parent = tmpdir(),
): Promise<RunHome> {
  const dir = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`))
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
