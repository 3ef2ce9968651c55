import { removeUser } from '../../access/users.ts'
import { os } from '../context.ts'

export const deleteUser = os.users.delete.handler(async ({ context, input }) => {
  await removeUser(context.deps, input.user)
  return { deleted: input.user }
})
