import { disconnectCluster } from '../../clusters/disconnect.ts'
import { os, whoAsks } from '../context.ts'

export const disconnect = os.clusters.disconnect.handler(({ context, input: { cluster, force }, signal }) =>
  disconnectCluster(context.deps, cluster, { force }, whoAsks(context), signal),
)
