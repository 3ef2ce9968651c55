import { writeBinding } from '../../access/bindings.ts'
import { os, whoAsks } from '../context.ts'

export const put = os.bindings.put.handler(({ context, input: { binding, ...rest } }) =>
  writeBinding(context.deps, { name: binding, ...rest }, whoAsks(context)),
)
