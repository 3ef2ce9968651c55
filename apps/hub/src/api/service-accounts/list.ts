import { allServiceAccounts } from '../../access/service-accounts.ts'
import { os } from '../context.ts'

export const list = os.serviceAccounts.list.handler(async ({ context }) => ({
  items: await allServiceAccounts(context.deps),
}))
