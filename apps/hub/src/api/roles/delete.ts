import { removeRole } from '../../access/roles.ts'
import { os, whoAsks } from '../context.ts'

export const deleteRole = os.roles.delete.handler(async ({ context, input: { role } }) => {
  await removeRole(context.deps, role, whoAsks(context))
  return { deleted: role }
})
