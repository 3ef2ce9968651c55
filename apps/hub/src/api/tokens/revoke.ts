import { revokeToken } from '../../access/tokens.ts'
import { os } from '../context.ts'
import { requireEverything } from '../rights.ts'

export const revoke = os.tokens.revoke.handler(async ({ context, input }) => {
  requireEverything(context)
  await revokeToken(context.deps, input.id)
  return { revoked: input.id }
})
