import { allUsers } from '../../access/users.ts'
import { os } from '../context.ts'

export const list = os.users.list.handler(async ({ context }) => ({ items: await allUsers(context.deps) }))
