import { randomBytes, randomUUID } from 'node:crypto'
import type { Session } from '@moorage/contract/hub.ts'
import type { SessionEntry } from '@moorage/contract/sign-in.ts'
import type { Kysely } from 'kysely'
import { MoorageError } from '../errors.ts'
import { holdIssuer } from '../store/issuers.ts'
import { deleteExpiredSessions, insertSession, type OwnedSession } from '../store/sessions.ts'
import type { Database } from '../store/tables.ts'
import { hashToken } from '../store/tokens.ts'
import { noteSignedIn, renewGroups } from '../store/users.ts'
import { type Authenticated, authenticateToken, type IdentityDeps } from './identity.ts'
import { idleEnd, SESSION_SECONDS } from './session-times.ts'
import type { SignInLimit } from './sign-in-limit.ts'

/** Longer User-Agent headers are cut: it is only there so that a person recognises their browser. */
const USER_AGENT_CHARS = 200
/** Bytes of randomness in a cookie: nothing to guess. */
const SECRET_BYTES = 32

/** Where a sign-in comes from. */
export interface SignedInFrom {
  address: string
  userAgent: string
}

/** A session that has just begun. `secret` is its cookie's value. */
export interface Begun {
  who: Authenticated
  session: Session
  secret: string
}

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

type Owner = { token_id: string } | { user_id: string; groups: string; issuer: string | null }

/** Each sign-in has an id and a cookie of its own, whatever the browser sent: nobody can plant one beforehand. */
async function begin(db: Kysely<Database>, now: Date, owner: Owner, from: SignedInFrom) {
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1000)
  const id = randomUUID()
  await insertSession(db, {
    id,
    hash: hashToken(secret),
    created_at: now,
    expires_at: expiresAt,
    idle_expires_at: idleEnd(now),
    last_used_at: now,
    user_agent: from.userAgent.slice(0, USER_AGENT_CHARS),
    address: from.address,
    ...owner,
  })
  return { id, secret, expiresAt: expiresAt.toISOString() }
}

/** Signs in with one of the hub's own tokens. Those of people and machines are for programs. */
export async function signIn(deps: IdentityDeps, token: string, from: SignedInFrom): Promise<Begun> {
  const who = await authenticateToken(deps, token)
  if (who.identity.kind !== 'token' || who.via.tokenId === null) {
    throw new MoorageError('forbidden', `The token of ${who.identity.name} is for programs, not for the console.`, {
      fix: 'Sign in with a password or at the issuer.',
    })
  }
  const { db } = deps.store
  const now = deps.now()
  await deleteExpiredSessions(db, now)
  const { secret, expiresAt } = await begin(db, now, { token_id: who.via.tokenId }, from)
  return { who, session: { identity: who.identity, expiresAt }, secret }
}

/**
 * Signs a user in of whom it is certain who they are. What the issuer says of their groups holds for their tokens too.
 * Null where they have been disabled, given another password than `verified` or had everything taken back in the
 * meantime, or their issuer was removed: it takes a while to find out who somebody is, and nothing that began before may outlive it.
 */
export async function beginUserSession(
  deps: IdentityDeps,
  user: {
    id: string
    name: string
    issuer: string | null
    groups: readonly string[]
    verified: string | null
    cuts: number
  },
  from: SignedInFrom,
): Promise<Begun | null> {
  const { db } = deps.store
  const groups = [...user.groups]
  const now = deps.now()
  await deleteExpiredSessions(db, now)
  const begun = await db.transaction().execute(async trx => {
    if (user.issuer !== null && !(await holdIssuer(trx, user.issuer))) return null
    if (!(await noteSignedIn(trx, user.id, { now, verified: user.verified, cuts: user.cuts }))) return null
    if (user.issuer !== null) await renewGroups(trx, user.id, groups)
    return begin(trx, now, { user_id: user.id, groups: JSON.stringify(groups), issuer: user.issuer }, from)
  })
  if (begun === null) return null
  const { id, secret, expiresAt } = begun
  const identity = { kind: 'user' as const, id: user.id, name: user.name, groups }
  return {
    who: { identity, via: { kind: 'session', tokenId: null, sessionId: id } },
    session: { identity, expiresAt },
    secret,
  }
}

/** A session as the API shows it. */
export const toSessionEntry = (row: OwnedSession, current: string | null): SessionEntry => ({
  id: row.id,
  owner: row.user_name === null ? { kind: 'token', name: row.token_name ?? '' } : { kind: 'user', name: row.user_name },
  issuer: row.issuer,
  address: row.address,
  userAgent: row.user_agent,
  createdAt: row.created_at.toISOString(),
  lastUsedAt: row.last_used_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  current: row.id === current,
})
