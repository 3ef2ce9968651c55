import { findClusterRow } from '../../clusters/find.ts'
import { listObjects } from '../../inventory/objects.ts'
import { os } from '../context.ts'
import { visibleRows } from '../rights.ts'

export const objects = os.inventory.objects.handler(async ({ context, input: { cluster, ...query } }) => {
  const limits = await visibleRows(context, { verb: 'list', resource: 'inventory' }, cluster)
  return listObjects(context.deps, await findClusterRow(context.deps, cluster), { ...query, limits })
})
