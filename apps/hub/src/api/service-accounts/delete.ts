import { removeServiceAccount } from '../../access/service-accounts.ts'
import { os } from '../context.ts'

export const deleteServiceAccount = os.serviceAccounts.delete.handler(async ({ context, input }) => {
  await removeServiceAccount(context.deps, input.serviceAccount)
  return { deleted: input.serviceAccount }
})
