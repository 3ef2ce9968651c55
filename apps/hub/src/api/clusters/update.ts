import { updateCluster } from '../../clusters/update.ts'
import { os, whoAsks } from '../context.ts'

export const update = os.clusters.update.handler(({ context, input: { cluster, ...change }, signal }) =>
  updateCluster(context.deps, cluster, change, whoAsks(context), signal),
)
