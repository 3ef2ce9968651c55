import { removeForward } from '../../forwards/settings.ts'
import { os } from '../context.ts'

export const deleteForward = os.auditForwards.delete.handler(async ({ context: { deps }, input: { forward } }) => {
  await removeForward(deps, forward)
  return { deleted: forward }
})
