import { sessionCookie } from '../../access/cookie.ts'
import { deleteSession } from '../../store/sessions.ts'
import { os } from '../context.ts'

export const end = os.sessions.end.handler(async ({ context }) => {
  const via = context.authenticated?.via
  context.headers['set-cookie'] = sessionCookie('', context.deps.secure)
  if (via?.kind !== 'session') return { ended: false }
  const ended = await deleteSession(context.deps.store.db, via.sessionId)
  await context.deps.live.recheck()
  return { ended }
})
