import { sessionCookie } from '../../access/cookie.ts'
import { signOutUrl } from '../../access/issuer-sign-in.ts'
import { deleteSession } from '../../store/sessions.ts'
import { os } from '../context.ts'

export const end = os.sessions.end.handler(async ({ context }) => {
  const { deps } = context
  const via = context.authenticated?.via
  context.headers['set-cookie'] = sessionCookie('', deps.secure)
  if (via?.kind !== 'session') return { ended: false, signOutUrl: null }
  const ended = await deleteSession(deps.store.db, via.sessionId)
  await deps.live.recheck()
  const issuer = ended?.issuer ?? null
  return { ended: ended !== undefined, signOutUrl: issuer === null ? null : await signOutUrl(deps, issuer) }
})
