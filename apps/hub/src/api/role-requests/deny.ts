import { denyRequest } from '../../access/role-requests.ts'
import { os, whoAsks } from '../context.ts'

export const deny = os.roleRequests.deny.handler(({ context, input: { request, answer } }) =>
  denyRequest(context.deps, request, answer, whoAsks(context)),
)
