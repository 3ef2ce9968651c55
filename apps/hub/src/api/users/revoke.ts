import { revokeUser } from '../../access/users.ts'
import { os } from '../context.ts'

export const revoke = os.users.revoke.handler(({ context, input }) =>
  revokeUser(context.deps, input.user, input.because),
)
