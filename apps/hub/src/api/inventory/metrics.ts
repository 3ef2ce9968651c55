import { findClusterRow } from '../../clusters/find.ts'
import { readMetrics } from '../../inventory/metrics.ts'
import { os } from '../context.ts'

export const metrics = os.inventory.metrics.handler(async ({ context: { deps }, input: { cluster, ...query } }) =>
  readMetrics(deps, await findClusterRow(deps, cluster), query),
)
