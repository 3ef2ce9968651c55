import { writeForward } from '../../forwards/settings.ts'
import { os, whoAsks } from '../context.ts'

export const put = os.auditForwards.put.handler(({ context, input: { forward, ...rest } }) =>
  writeForward(context.deps, { name: forward, ...rest }, whoAsks(context)),
)
