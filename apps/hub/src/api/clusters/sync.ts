import { findClusterRow } from '../../clusters/find.ts'
import { readInventorySync } from '../../inventory/sync.ts'
import { os } from '../context.ts'

export const sync = os.clusters.sync.handler(async ({ context: { deps }, input }) =>
  readInventorySync(deps, await findClusterRow(deps, input.cluster)),
)
