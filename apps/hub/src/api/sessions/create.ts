import { sessionCookie } from '../../access/cookie.ts'
import { signIn } from '../../access/sessions.ts'
import { os } from '../context.ts'
import { withLocalGroups } from '../rights.ts'

export const create = os.sessions.create.handler(async ({ context, input }) => {
  const { deps, request } = context
  const { who, session, secret } = await signIn(deps, input.token, request)
  context.note.who = who.identity
  context.headers['set-cookie'] = sessionCookie(secret, deps.secure)
  return { ...session, identity: withLocalGroups(deps, session.identity) }
})
