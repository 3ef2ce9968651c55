import { visibleBindings } from '../../access/bindings.ts'
import { os, whoAsks } from '../context.ts'

/** Lists the bindings of the places whose bindings the asker may list. */
export const list = os.bindings.list.handler(async ({ context, input }) => ({
  items: await visibleBindings(context.deps, whoAsks(context), input),
}))
