import { allIssuers } from '../../access/issuers.ts'
import { os } from '../context.ts'

export const list = os.issuers.list.handler(async ({ context }) => ({ items: await allIssuers(context.deps) }))
