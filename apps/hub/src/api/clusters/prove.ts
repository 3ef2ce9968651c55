import { proveCluster } from '../../agents/prove.ts'
import { os } from '../context.ts'

export const prove = os.clusters.prove.handler(({ context, input, signal }) =>
  proveCluster(context.deps, input.cluster, signal),
)
