import { replaceKubeconfig as replace } from '../../clusters/replace-kubeconfig.ts'
import { os, whoAsks } from '../context.ts'

export const replaceKubeconfig = os.clusters.replaceKubeconfig.handler(
  ({ context, input: { cluster, ...replacement }, signal }) =>
    replace(context.deps, cluster, replacement, whoAsks(context), signal, context.step),
)
