import { toToken } from '../../access/tokens.ts'
import { listTokens } from '../../store/tokens.ts'
import { os } from '../context.ts'
import { cutByTime, readTimeToken } from '../time-cursor.ts'

export const list = os.tokens.list.handler(async ({ context: { deps }, input }) => {
  const cursor = readTimeToken(input.continue)
  const after = cursor && { createdAt: cursor.at, id: cursor.id }
  const { rows, total } = await listTokens(deps.store.db, { limit: input.limit + 1, after })
  const { items, next } = cutByTime(rows, input.limit, row => ({ at: row.created_at, id: row.id }))
  return { items: items.map(toToken), next, total: Number(total) }
})
