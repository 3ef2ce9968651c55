import { withdrawRequest } from '../../access/role-requests.ts'
import { os, whoAsks } from '../context.ts'

export const withdraw = os.roleRequests.withdraw.handler(({ context, input: { request } }) =>
  withdrawRequest(context.deps, request, whoAsks(context)),
)
