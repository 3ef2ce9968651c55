import { noToken, revokeToken } from '../../access/tokens.ts'
import { findTokenById } from '../../store/tokens.ts'
import { os, whoAsks } from '../context.ts'
import { judge, requireEverything } from '../rights.ts'

export const revoke = os.tokens.revoke.handler(async ({ context, input: { id } }) => {
  const { deps, authenticated } = context
  const who = whoAsks(context)
  const row = await findTokenById(deps.store.db, id)
  const own =
    row !== undefined && ((who.kind === 'user' && row.user_id === who.id) || authenticated?.via.tokenId === id)
  if (!own) {
    if (!judge(deps, who, { verb: 'delete', resource: 'tokens' }).allowed) throw noToken()
    if (row !== undefined && row.user_id === null && row.service_account_id === null) requireEverything(context)
  }
  await revokeToken(deps, id)
  return { revoked: id }
})
