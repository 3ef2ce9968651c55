import { changeForward } from '../../forwards/settings.ts'
import { os } from '../context.ts'

export const update = os.auditForwards.update.handler(({ context: { deps }, input: { forward, ...change } }) =>
  changeForward(deps, forward, change),
)
