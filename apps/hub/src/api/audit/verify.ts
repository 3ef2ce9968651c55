import { verifyAudit } from '../../audit/verify.ts'
import { os } from '../context.ts'

export const verify = os.audit.verify.handler(({ context: { deps }, input: { after, seq, hash } }) =>
  verifyAudit(deps, { after, kept: seq === undefined || hash === undefined ? undefined : { seq, hash } }),
)
