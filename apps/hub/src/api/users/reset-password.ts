import { resetPassword as reset } from '../../access/users.ts'
import { os } from '../context.ts'
import { takeoverGuard } from '../takeover.ts'

export const resetPassword = os.users.resetPassword.handler(async ({ context, input }) => {
  const guard = await takeoverGuard(context)
  return reset(context.deps, input.user, input, ({ name }) => guard({ kind: 'user', name }))
})
