import { createToken } from '../../access/tokens.ts'
import { os, whoAsks } from '../context.ts'
import { requireEverything } from '../rights.ts'

export const create = os.tokens.create.handler(async ({ context, input }) => {
  requireEverything(context)
  const created = await createToken(context.deps, input, whoAsks(context))
  context.note.target = `tokens/${created.id}`
  return created
})
