import { changePassword as change } from '../../access/password-sign-in.ts'
import { MoorageError } from '../../errors.ts'
import { os, whoAsks } from '../context.ts'

export const changePassword = os.account.changePassword.handler(async ({ context, input }) => {
  const { kind, id } = whoAsks(context)
  if (kind !== 'user') throw new MoorageError('not_local', 'Only users have a password.')
  const via = context.authenticated?.via
  await change(context.deps, id, input, via?.kind === 'session' ? via.sessionId : undefined)
  return { changed: true as const }
})
