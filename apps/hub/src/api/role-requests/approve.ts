import { approveRequest } from '../../access/role-requests.ts'
import { os, whoAsks } from '../context.ts'

export const approve = os.roleRequests.approve.handler(({ context, input: { request, ...given } }) =>
  approveRequest(context.deps, request, given, whoAsks(context)),
)
