import { listReceipts } from '../../store/tombstones.ts'
import { os } from '../context.ts'
import { cutByTime, readTimeToken } from '../time-cursor.ts'

export const receipts = os.hub.receipts.handler(async ({ context: { deps }, input }) => {
  const cursor = readTimeToken(input.continue)
  const after = cursor && { disconnectedAt: cursor.at.toISOString(), id: cursor.id }
  const { rows, total } = await listReceipts(deps.store.db, { limit: input.limit + 1, after, now: deps.now() })
  const page = cutByTime(rows, input.limit, row => ({ at: new Date(row.disconnectedAt), id: row.id }))
  return { ...page, total }
})
