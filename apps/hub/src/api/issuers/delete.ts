import { removeIssuer } from '../../access/issuers.ts'
import { os } from '../context.ts'

export const deleteIssuer = os.issuers.delete.handler(async ({ context, input }) => {
  const cut = await removeIssuer(context.deps, input.issuer)
  return { deleted: input.issuer, ...cut }
})
