import { access } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { DirectTarget } from '@moorage/kube/direct-target.ts'
import { inClusterTarget } from '@moorage/kube/in-cluster.ts'
import { signIn } from '../convert/sign-in.ts'
import { usage } from '../failure.ts'
import type { Io } from '../io.ts'
import { readInput } from '../read-input.ts'

/** A cluster, and how other programs that are run for it find it. */
export interface Chosen {
  target: DirectTarget
  /** Flags that helm takes; none in a pod, where it looks by itself. */
  flags: string[]
}

/** The cluster that kubectl would talk to here: of the flag, of KUBECONFIG, of ~/.kube/config, or the pod's own. */
export async function chooseCluster(
  io: Io,
  options: { kubeconfig?: string; context?: string; yes?: true },
): Promise<Chosen> {
  const path = options.kubeconfig ?? (await defaultPath(io))
  if (path === null) {
    const target = await inClusterTarget(io.env)
    if (target) return { target, flags: [] }
    throw usage('There is no kubeconfig here, and this is no pod.', 'Give one with --kubeconfig, or set KUBECONFIG.')
  }
  const text = await readInput(io, path, 'kubeconfig')
  const directory = path === '-' ? io.cwd : dirname(resolve(io.cwd, path))
  const target = await signIn(io, { text, directory }, options)
  const flags = path === '-' ? [] : ['--kubeconfig', resolve(io.cwd, path), '--kube-context', target.context]
  return { target, flags }
}

async function defaultPath(io: Io): Promise<string | null> {
  const given = (io.env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '')
  if (given.length > 1) {
    throw usage('KUBECONFIG names several files, which are not merged here.', 'Give one of them with --kubeconfig.')
  }
  if (given[0] !== undefined) return given[0]
  const usual = join(io.home, '.kube', 'config')
  return await access(usual).then(
    () => usual,
    () => null,
  )
}
