import { removeUser } from '../../access/users.ts'
import { os, whoAsks } from '../context.ts'

export const deleteUser = os.users.delete.handler(async ({ context, input }) => {
  const { bindings, groups } = await removeUser(context.deps, input.user, whoAsks(context))
  return { deleted: input.user, bindings, groups }
})
