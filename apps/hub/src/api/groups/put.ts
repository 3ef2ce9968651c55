import { writeGroup } from '../../access/groups.ts'
import { os, whoAsks } from '../context.ts'

export const put = os.groups.put.handler(({ context, input: { group, ...rest } }) =>
  writeGroup(context.deps, { name: group, ...rest }, whoAsks(context)),
)
