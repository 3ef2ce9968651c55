import { writeRole } from '../../access/roles.ts'
import { os, whoAsks } from '../context.ts'

export const put = os.roles.put.handler(({ context, input: { role, ...rest } }) =>
  writeRole(context.deps, { name: role, ...rest }, whoAsks(context)),
)
