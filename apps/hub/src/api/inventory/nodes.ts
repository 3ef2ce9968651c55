import { findClusterRow } from '../../clusters/find.ts'
import { listNodes } from '../../inventory/nodes.ts'
import { os } from '../context.ts'

export const nodes = os.inventory.nodes.handler(async ({ context: { deps }, input: { cluster, ...query } }) =>
  listNodes(deps, await findClusterRow(deps, cluster), query),
)
