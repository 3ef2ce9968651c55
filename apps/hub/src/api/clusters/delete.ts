import { deleteCluster } from '../../clusters/delete.ts'
import { os, whoAsks } from '../context.ts'

export const deleteOne = os.clusters.delete.handler(({ context, input }) =>
  deleteCluster(context.deps, input.cluster, whoAsks(context)),
)
