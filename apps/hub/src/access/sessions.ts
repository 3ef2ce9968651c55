import { randomBytes, randomUUID } from 'node:crypto'
import type { Session } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import { deleteExpiredSessions, insertSession } from '../store/sessions.ts'
import { hashToken } from '../store/tokens.ts'
import { SESSION_SECONDS } from './cookie.ts'
import { type Authenticated, authenticateToken, type IdentityDeps } from './identity.ts'
import type { SignInLimit } from './sign-in-limit.ts'

/** Longer User-Agent headers are cut: it is only there so that a person recognises their browser. */
const USER_AGENT_CHARS = 200
/** Bytes of randomness in a cookie: nothing to guess. */
const SECRET_BYTES = 32

/** Refuses an address that has failed too often lately. */
export function requireSignInAllowed(signIns: SignInLimit, address: string, now: Date): void {
  const wait = signIns.waitSeconds(address, now)
  if (wait > 0) {
    throw new MoorageError('too_many_requests', 'Too many sign-ins from this address have failed.', {
      fix: `Try again in ${wait} s.`,
      retryAfterS: wait,
    })
  }
}

/** Signs in with a token: the session, whose cookie's value is `secret`, and who that is. */
export async function signIn(
  deps: IdentityDeps,
  token: string,
  from: { userAgent: string },
): Promise<{ who: Authenticated; session: Session; secret: string }> {
  const now = deps.now()
  const who = await authenticateToken(deps, token)
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1000)
  await deleteExpiredSessions(deps.store.db, now)
  await insertSession(deps.store.db, {
    id: randomUUID(),
    hash: hashToken(secret),
    token_id: who.via.tokenId,
    created_at: now,
    expires_at: expiresAt,
    last_used_at: now,
    user_agent: from.userAgent.slice(0, USER_AGENT_CHARS),
  })
  return { who, session: { identity: who.identity, expiresAt: expiresAt.toISOString() }, secret }
}
