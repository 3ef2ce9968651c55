import { toToken } from '../../access/tokens.ts'
import { listTokens, type TokensOf } from '../../store/tokens.ts'
import { os, whoAsks } from '../context.ts'
import { judge } from '../rights.ts'
import { cutByTime, readTimeToken } from '../time-cursor.ts'

/** Everybody's for who may list tokens; to others, and where they ask so, their own. */
export const list = os.tokens.list.handler(async ({ context, input }) => {
  const { deps } = context
  const who = whoAsks(context)
  const all = input.own !== true && judge(deps, who, { verb: 'list', resource: 'tokens' }).allowed
  const own: TokensOf =
    who.kind === 'user'
      ? { userId: who.id }
      : who.kind === 'service-account'
        ? { serviceAccountId: who.id }
        : { tokenId: who.id }
  const cursor = readTimeToken(input.continue)
  const after = cursor && { createdAt: cursor.at, id: cursor.id }
  const { rows, total } = await listTokens(deps.store.db, { limit: input.limit + 1, after, of: all ? {} : own })
  const { items, next } = cutByTime(rows, input.limit, row => ({ at: row.created_at, id: row.id }))
  return { items: items.map(toToken), next, total: Number(total) }
})
