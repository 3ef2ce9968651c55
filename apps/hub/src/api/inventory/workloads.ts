import { findClusterRow } from '../../clusters/find.ts'
import { listWorkloads } from '../../inventory/workloads.ts'
import { os } from '../context.ts'
import { visibleRows } from '../rights.ts'

export const workloads = os.inventory.workloads.handler(async ({ context, input: { cluster, ...query } }) => {
  const limits = await visibleRows(context, { verb: 'list', resource: 'inventory' }, cluster)
  return listWorkloads(context.deps, await findClusterRow(context.deps, cluster), { ...query, limits })
})
