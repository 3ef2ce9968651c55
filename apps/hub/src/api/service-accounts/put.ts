import { writeServiceAccount } from '../../access/service-accounts.ts'
import { os, whoAsks } from '../context.ts'

export const put = os.serviceAccounts.put.handler(({ context, input: { serviceAccount, ...rest } }) =>
  writeServiceAccount(context.deps, { name: serviceAccount, ...rest }, whoAsks(context)),
)
