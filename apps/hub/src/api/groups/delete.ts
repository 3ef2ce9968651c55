import { removeGroup } from '../../access/groups.ts'
import { os, whoAsks } from '../context.ts'

export const deleteGroup = os.groups.delete.handler(async ({ context, input: { group } }) => {
  await removeGroup(context.deps, group, whoAsks(context))
  return { deleted: group }
})
