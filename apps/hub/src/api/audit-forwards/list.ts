import { allForwards } from '../../forwards/settings.ts'
import { os } from '../context.ts'

export const list = os.auditForwards.list.handler(async ({ context }) => ({ items: await allForwards(context.deps) }))
