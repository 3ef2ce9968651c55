import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubeconfigEntries } from '@moorage/client/kubeconfig-entries.ts'
import type { Hub } from '../hub/open.ts'
import type { Io } from '../io.ts'
import { newKubeconfig } from './merge.ts'
import { caOf, ownSignIn } from './sign-in.ts'

/** A kubeconfig for one cluster that is there as long as one command runs. */
export interface BorrowedKubeconfig extends AsyncDisposable {
  path: string
  /** Variables that make kubectl and its like use it. */
  env: Record<string, string>
}

/** Writes it to a folder of its own. It holds no credential: the plugin finds the same sign-in as this command did. */
export async function borrowKubeconfig(io: Io, hub: Hub, ref: string): Promise<BorrowedKubeconfig> {
  const { name } = await hub.api.clusters.get({ cluster: ref }, { signal: io.signal })
  const { url, token } = hub.target
  const ca = await caOf(hub.target)
  const signIn = ownSignIn(url)
  const entries = kubeconfigEntries({ url, ...(ca !== undefined && { ca }), clusters: [name], signIn, prefix: '' })
  const dir = await mkdtemp(join(tmpdir(), 'moorage-'))
  const path = join(dir, 'kubeconfig')
  await writeFile(path, newKubeconfig(entries), { mode: 0o600 })
  return {
    path,
    env: { KUBECONFIG: path, MOORAGE_URL: url, MOORAGE_TOKEN: token },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}
