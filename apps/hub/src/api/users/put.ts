import { writeUser } from '../../access/users.ts'
import { os, whoAsks } from '../context.ts'
import { takeoverGuard } from '../takeover.ts'

export const put = os.users.put.handler(async ({ context, input: { user, ...rest } }) => {
  const guard = await takeoverGuard(context)
  return writeUser(context.deps, { name: user, ...rest }, whoAsks(context), ({ name }) => guard({ kind: 'user', name }))
})
