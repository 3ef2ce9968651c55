import { findClusterRow } from '../../clusters/find.ts'
import { listEvents } from '../../inventory/events.ts'
import { os } from '../context.ts'

export const events = os.inventory.events.handler(async ({ context: { deps }, input: { cluster, ...query } }) =>
  listEvents(deps, await findClusterRow(deps, cluster), query),
)
