import { removeIssuer } from '../../access/issuers.ts'
import { os } from '../context.ts'
import { requireEverything } from '../rights.ts'

export const deleteIssuer = os.issuers.delete.handler(async ({ context, input }) => {
  requireEverything(context)
  const cut = await removeIssuer(context.deps, input.issuer)
  return { deleted: input.issuer, ...cut }
})
