import { createUser } from '../../access/users.ts'
import { os, whoAsks } from '../context.ts'
import { takeoverGuard } from '../takeover.ts'

export const create = os.users.create.handler(async ({ context, input }) => {
  const guard = await takeoverGuard(context)
  guard({ kind: 'user', name: input.name })
  context.note.target = `users/${input.name}`
  return createUser(context.deps, input, whoAsks(context))
})
