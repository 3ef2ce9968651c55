import { removeServiceAccount } from '../../access/service-accounts.ts'
import { os, whoAsks } from '../context.ts'

export const deleteServiceAccount = os.serviceAccounts.delete.handler(async ({ context, input }) => {
  const { bindings } = await removeServiceAccount(context.deps, input.serviceAccount, whoAsks(context))
  return { deleted: input.serviceAccount, bindings }
})
