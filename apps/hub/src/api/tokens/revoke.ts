import { revokeToken } from '../../access/tokens.ts'
import { os } from '../context.ts'

export const revoke = os.tokens.revoke.handler(async ({ context, input }) => {
  await revokeToken(context.deps, input.id)
  return { revoked: input.id }
})
