import { updateCluster } from '../../clusters/update.ts'
import { os, whoAsks } from '../context.ts'
import { requireMayMove } from './require-may-move.ts'

export const update = os.clusters.update.handler(async ({ context, input: { cluster, ...change }, signal }) => {
  await requireMayMove(context, cluster, change)
  return updateCluster(context.deps, cluster, change, whoAsks(context), signal)
})
