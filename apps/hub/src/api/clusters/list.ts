import { listClusters } from '../../clusters/list.ts'
import { os } from '../context.ts'
import { visibleClusters } from '../rights.ts'

/** Lists the clusters that the asker may see. */
export const list = os.clusters.list.handler(async ({ context, input }) => {
  const visible = await visibleClusters(context, { verb: 'list', resource: 'clusters' })
  return listClusters(context.deps, { ...input, ids: visible?.map(({ id }) => id) })
})
