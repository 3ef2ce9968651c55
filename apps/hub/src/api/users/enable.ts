import { enableUser } from '../../access/users.ts'
import { os } from '../context.ts'
import { takeoverGuard } from '../takeover.ts'

export const enable = os.users.enable.handler(async ({ context, input }) => {
  const guard = await takeoverGuard(context)
  return enableUser(context.deps, input.user, ({ name }) => guard({ kind: 'user', name }))
})
