import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '@moorage/contract/hub.ts'
import { UNATTENDED_HEADER } from '@moorage/contract/sign-in.ts'
import { MoorageError } from '../errors.ts'
import { findSession, touchSessions } from '../store/sessions.ts'
import type { Store } from '../store/store.ts'
import { findToken, hashToken, type OwnedToken, touchToken } from '../store/tokens.ts'
import { type Asker, arrivedFrom } from './arrival.ts'
import { readSessionCookie } from './cookie.ts'
import { idleEnd, USED_EVERY_MS } from './session-times.ts'

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
export async function authenticateToken(deps: IdentityDeps, text: string): Promise<Authenticated> {
  const now = deps.now()
  if (text.length > MAX_CREDENTIAL_CHARS) throw refused('token')
  const token = await findToken(deps.store.db, hashToken(text), now)
  if (token === undefined) throw refused('token')
  if (isDue(token.last_used_at, now)) await touchToken(deps.store.db, token.id, now)
  const arrival = { way: 'cli' as const, address: null }
  return { identity: { ...ownerOf(token), arrival }, via: { kind: 'bearer', tokenId: token.id } }
}

async function authenticateSession(deps: IdentityDeps, cookie: string, attended: boolean): Promise<Authenticated> {
  const now = deps.now()
  if (cookie.length > MAX_CREDENTIAL_CHARS) throw refused('session')
  const session = await findSession(deps.store.db, hashToken(cookie), now)
  if (session === undefined) throw refused('session')
  if (attended && isDue(session.last_used_at, now)) {
    await touchSessions(deps.store.db, [session.id], now, idleEnd(now))
  }
  const { user_id, token_id, groups } = session
  const who: Identity =
    user_id === null
      ? identityOf(token_id ?? '', session.token_name ?? '')
      : { kind: 'user', id: user_id, name: session.user_name ?? '', groups: groups ?? [] }
  return {
    identity: { ...who, arrival: { way: 'console', address: null } },
    via: { kind: 'session', tokenId: token_id, sessionId: session.id },
  }
}

/** What a request carries to show who sent it; with a session also whether somebody is there, as far as it tells. */
export type Credential = { kind: 'token'; text: string } | { kind: 'session'; text: string; attended: boolean }

/** The credential of a request: a bearer token wins over a cookie. Throws `unauthenticated` where there is none. */
export function credentialOf(headers: IncomingHttpHeaders, secure: boolean): Credential {
  const header = headers.authorization
  if (header !== undefined) {
    const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1]
    if (token !== undefined) return { kind: 'token', text: token }
    throw new MoorageError('unauthenticated', 'The Authorization header is not of the form "Bearer TOKEN".', {
      fix: 'Send "Authorization: Bearer TOKEN" with a token of this hub.',
    })
  }
  const cookie = readSessionCookie(headers.cookie, secure)
  if (cookie !== undefined) {
    return { kind: 'session', text: cookie, attended: headers[UNATTENDED_HEADER] === undefined }
  }
  throw new MoorageError('unauthenticated', 'The request carries no credential.', {
    fix: 'Send "Authorization: Bearer TOKEN" with a token of this hub, or sign in to the console.',
  })
}

/** Whom a credential stands for, wherever it comes from. Throws `unauthenticated` where it is not valid. */
export const authenticateBy = (deps: IdentityDeps, credential: Credential): Promise<Authenticated> =>
  credential.kind === 'token'
    ? authenticateToken(deps, credential.text)
    : authenticateSession(deps, credential.text, credential.attended)

/** Who sent this request, from which address. Throws `unauthenticated` where there is no credential, or none that is valid. */
export async function authenticate(
  deps: IdentityDeps,
  headers: IncomingHttpHeaders,
  address: string,
): Promise<Authenticated> {
  const { identity, via } = await authenticateBy(deps, credentialOf(headers, deps.secure))
  return { identity: arrivedFrom(identity, address), via }
}
