import { sessionCookie } from '../../access/cookie.ts'
import { signInByPassword } from '../../access/password-sign-in.ts'
import { os } from '../context.ts'
import { withLocalGroups } from '../rights.ts'

export const password = os.sessions.password.handler(async ({ context, input }) => {
  const { deps, request } = context
  const { who, session, secret } = await signInByPassword(deps, input, request)
  context.note.who = who.identity
  context.note.target = `users/${who.identity.name}`
  context.headers['set-cookie'] = sessionCookie(secret, deps.secure)
  return { ...session, identity: withLocalGroups(deps, session.identity) }
})
