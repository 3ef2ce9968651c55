import { findClusterRow } from '../../clusters/find.ts'
import { listObjects } from '../../inventory/objects.ts'
import { os } from '../context.ts'

export const objects = os.inventory.objects.handler(async ({ context: { deps }, input: { cluster, ...query } }) =>
  listObjects(deps, await findClusterRow(deps, cluster), query),
)
