import { allGroups } from '../../access/groups.ts'
import { os } from '../context.ts'

export const list = os.groups.list.handler(async ({ context }) => ({ items: await allGroups(context.deps) }))
