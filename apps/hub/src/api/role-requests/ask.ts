import { askForRole } from '../../access/role-requests.ts'
import { os, whoAsks } from '../context.ts'

export const ask = os.roleRequests.ask.handler(({ context, input }) =>
  askForRole(context.deps, input, whoAsks(context)),
)
