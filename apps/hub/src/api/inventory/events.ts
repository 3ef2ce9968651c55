import { findClusterRow } from '../../clusters/find.ts'
import { listEvents } from '../../inventory/events.ts'
import { os } from '../context.ts'
import { visibleRows } from '../rights.ts'

export const events = os.inventory.events.handler(async ({ context, input: { cluster, ...query } }) => {
  const limits = await visibleRows(context, { verb: 'list', resource: 'events' }, cluster)
  return listEvents(context.deps, await findClusterRow(context.deps, cluster), { ...query, limits })
})
