import { writeIssuer } from '../../access/issuers.ts'
import { os, whoAsks } from '../context.ts'
import { requireEverything } from '../rights.ts'

export const put = os.issuers.put.handler(({ context, input: { issuer, ...rest } }) => {
  requireEverything(context)
  return writeIssuer(context.deps, { name: issuer, ...rest }, whoAsks(context))
})
