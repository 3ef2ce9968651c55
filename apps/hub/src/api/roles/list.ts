import { allRoles } from '../../access/roles.ts'
import { os } from '../context.ts'

export const list = os.roles.list.handler(async ({ context }) => ({ items: await allRoles(context.deps) }))
