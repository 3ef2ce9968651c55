import { removeBinding } from '../../access/bindings.ts'
import { os, whoAsks } from '../context.ts'

export const deleteBinding = os.bindings.delete.handler(async ({ context, input: { binding } }) => {
  await removeBinding(context.deps, binding, whoAsks(context))
  return { deleted: binding }
})
