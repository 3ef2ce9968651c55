import { visibleRoleRequests } from '../../access/role-requests.ts'
import { os, whoAsks } from '../context.ts'

export const list = os.roleRequests.list.handler(async ({ context, input }) => ({
  items: await visibleRoleRequests(context.deps, whoAsks(context), input.state),
}))
