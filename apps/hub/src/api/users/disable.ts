import { disableUser } from '../../access/users.ts'
import { os } from '../context.ts'

export const disable = os.users.disable.handler(({ context, input }) =>
  disableUser(context.deps, input.user, input.because),
)
