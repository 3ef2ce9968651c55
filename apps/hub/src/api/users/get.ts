import { oneUser } from '../../access/users.ts'
import { os } from '../context.ts'

export const get = os.users.get.handler(({ context, input }) => oneUser(context.deps, input.user))
