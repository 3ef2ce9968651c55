import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import { findSession, touchSession } from '../store/sessions.ts'
import type { Store } from '../store/store.ts'
import { findToken, hashToken, type OwnedToken, touchToken } from '../store/tokens.ts'
import type { Asker } from './arrival.ts'
import { readSessionCookie } from './cookie.ts'
import { idleEnd } from './session-times.ts'

/** Who asks, and by which credential: what must stay valid for their streams to go on. */
export interface Authenticated {
  identity: Asker
  via:
    | { kind: 'bearer'; tokenId: string }
    /** A user's has no token. */
    | { kind: 'session'; tokenId: string | null; sessionId: string }
}

export interface IdentityDeps {
  store: Pick<Store, 'db'>
  now: () => Date
  /** Whether browsers reach the hub by TLS. */
  secure: boolean
}

/** Our tokens are far shorter; a longer header is not looked up. */
const MAX_CREDENTIAL_CHARS = 1000

/** The same sentence for a credential that is forged, expired, revoked or cut short, so that it tells a guesser nothing. */
const refused = (what: 'token' | 'session') =>
  new MoorageError('unauthenticated', `The ${what} is not valid: it is unknown, has expired or was revoked.`, {
    fix: what === 'token' ? 'Use another token, or ask an administrator for one.' : 'Sign in again.',
  })

/** `last_used_at` is written at most this often, in ms: a busy client would otherwise write at each request. */
const USED_EVERY_MS = 60_000

const isDue = (last: Date | null, now: Date): boolean => last === null || now.getTime() - last.getTime() > USED_EVERY_MS

const identityOf = (id: string, name: string): Identity => ({ kind: 'token', id, name, groups: [] })

/** Whom a token stands for: whoever it was made for, or, of an admin token, itself. */
function ownerOf(token: OwnedToken): Identity {
  const rest = { groups: token.groups ?? [], ...(token.scope !== null && { scope: token.scope }) }
  if (token.user_id !== null) return { kind: 'user', id: token.user_id, name: token.user_name ?? '', ...rest }
  if (token.service_account_id === null) return identityOf(token.id, token.name)
  return { kind: 'service-account', id: token.service_account_id, name: token.service_account_name ?? '', ...rest }
}

/** The valid token with this text. Looked up by its hash, so how long it takes tells nothing about it. */
export async function authenticateToken(
  deps: IdentityDeps,
  text: string,
  address: string | null = null,
): Promise<Authenticated> {
  const now = deps.now()
  if (text.length > MAX_CREDENTIAL_CHARS) throw refused('token')
  const token = await findToken(deps.store.db, hashToken(text), now)
  if (token === undefined) throw refused('token')
  if (isDue(token.last_used_at, now)) await touchToken(deps.store.db, token.id, now)
  return {
    identity: { ...ownerOf(token), arrival: { way: 'cli', address } },
    via: { kind: 'bearer', tokenId: token.id },
  }
}

async function authenticateSession(deps: IdentityDeps, cookie: string, address: string): Promise<Authenticated> {
  const now = deps.now()
  if (cookie.length > MAX_CREDENTIAL_CHARS) throw refused('session')
  const session = await findSession(deps.store.db, hashToken(cookie), now)
  if (session === undefined) throw refused('session')
  if (isDue(session.last_used_at, now)) {
    await touchSession(deps.store.db, session.id, now, idleEnd(now, session.expires_at))
  }
  const { user_id, token_id, groups } = session
  const who: Identity =
    user_id === null
      ? identityOf(token_id ?? '', session.token_name ?? '')
      : { kind: 'user', id: user_id, name: session.user_name ?? '', groups: groups ?? [] }
  return {
    identity: { ...who, arrival: { way: 'console', address } },
    via: { kind: 'session', tokenId: token_id, sessionId: session.id },
  }
}

/**
 * Who sent this request, from which address. A bearer token wins over a cookie. Throws
 * `unauthenticated` where there is no credential, or none that is valid.
 */
export async function authenticate(
  deps: IdentityDeps,
  headers: IncomingHttpHeaders,
  address: string,
): Promise<Authenticated> {
  const header = headers.authorization
  if (header !== undefined) {
    const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1]
    if (token !== undefined) return authenticateToken(deps, token, address)
    throw new MoorageError('unauthenticated', 'The Authorization header is not of the form "Bearer TOKEN".', {
      fix: 'Send "Authorization: Bearer TOKEN" with a token of this hub.',
    })
  }
  const cookie = readSessionCookie(headers.cookie, deps.secure)
  if (cookie !== undefined) return authenticateSession(deps, cookie, address)
  throw new MoorageError('unauthenticated', 'The request carries no credential.', {
    fix: 'Send "Authorization: Bearer TOKEN" with a token of this hub, or sign in to the console.',
  })
}
