import { findClusterRow } from '../../clusters/find.ts'
import { listConnectionEvents } from '../../store/connection-events.ts'
import { os } from '../context.ts'

export const connectionEvents = os.clusters.connectionEvents.handler(async ({ context: { deps }, input }) => {
  const { id } = await findClusterRow(deps, input.cluster)
  return { items: await listConnectionEvents(deps.store.db, id, input.limit) }
})
