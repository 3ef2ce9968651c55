import { z } from 'zod'
import { Approval, AskForRole, RoleRequest, RoleRequestState, Verdict } from '../role-request.ts'
import { route } from './route.ts'

const tags = ['access']
const RequestRef = z.object({ request: z.string().min(1).max(63).describe('Id of the request') })

export const roleRequests = {
  list: route
    .route({
      method: 'GET',
      path: '/role-requests',
      tags,
      summary: 'List requests for roles',
      description:
        'The asker’s own, and those of the places whose requests they may see or approve; the newest first. A change of type `role-request` in the event stream says when to look again.',
    })
    .input(z.strictObject({ state: RoleRequestState.optional() }))
    .output(z.object({ items: z.array(RoleRequest) })),
  ask: route
    .route({
      method: 'POST',
      path: '/role-requests',
      tags,
      summary: 'Ask for a role, for some time',
      description:
        'Everyone who is signed in may ask. Nothing is given until somebody approves it, and whether the place exists is not told. A request that nobody has decided about in 24 h expires.',
      successStatus: 201,
    })
    .meta({ errors: ['not_found'] })
    .input(AskForRole)
    .output(RoleRequest),
  approve: route
    .route({
      method: 'POST',
      path: '/role-requests/{request}/approve',
      tags,
      summary: 'Approve a request',
      description:
        'Makes a binding that ends by itself. Nobody approves their own request, nor gives out more than they may do there themselves.',
    })
    .meta({ errors: ['not_found', 'cluster_not_found', 'in_use', 'too_much_power'] })
    .input(RequestRef.extend(Approval.shape).strict())
    .output(RoleRequest),
  deny: route
    .route({
      method: 'POST',
      path: '/role-requests/{request}/deny',
      tags,
      summary: 'Deny a request',
      description: 'It gave nothing, so nothing ends. Whoever asked sees the answer.',
    })
    .meta({ errors: ['not_found', 'in_use'] })
    .input(RequestRef.extend(Verdict.shape).strict())
    .output(RoleRequest),
  withdraw: route
    .route({
      method: 'POST',
      path: '/role-requests/{request}/withdraw',
      tags,
      summary: 'Take back one’s own request',
      description: 'Of one that was approved, the role is given back.',
    })
    .meta({ errors: ['not_found', 'in_use'] })
    .input(RequestRef.strict())
    .output(RoleRequest),
}
