import { findClusterRow } from '../../clusters/find.ts'
import { listWorkloads } from '../../inventory/workloads.ts'
import { os } from '../context.ts'

export const workloads = os.inventory.workloads.handler(async ({ context: { deps }, input: { cluster, ...query } }) =>
  listWorkloads(deps, await findClusterRow(deps, cluster), query),
)
