import { signAudit } from '../../audit/keeper.ts'
import { MoorageError } from '../../errors.ts'
import { os } from '../context.ts'

export const head = os.audit.head.handler(async ({ context: { deps } }) => {
  const newest = await signAudit(deps)
  if (newest === undefined) {
    throw new MoorageError('unavailable', 'There is no line in the audit log yet.', {
      fix: 'Ask again in a moment: this request is written to it, too.',
    })
  }
  const { seq, hash, at, signature } = newest
  return { instance: deps.instance, seq, hash, at: at.toISOString(), publicKey: deps.headKey.publicKey, signature }
})
