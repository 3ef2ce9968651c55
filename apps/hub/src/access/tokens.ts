import { randomBytes, randomUUID } from 'node:crypto'
import type { CreatedToken, CreateToken, Identity, OwnerOfToken, Token } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { hashToken, insertToken, makeToken, type OwnedToken, revokeToken as revokeRow } from '../store/tokens.ts'
import { holdUser, type UserRow } from '../store/users.ts'
import type { Live } from './live.ts'

export interface TokenDeps {
  store: Pick<Store, 'db'>
  now: () => Date
}

/**
 * s after their last sign-in that a person's tokens are good at the most: what their issuer says of them is not asked
 * again before they sign in. Counted from there, so that a token does not make its own successors for ever.
 */
export const USER_TOKEN_SECONDS = 90 * 24 * 3600

type Named = Pick<OwnedToken, 'name' | 'user_name' | 'service_account_name' | 'user_id' | 'service_account_id'>

const ownerOf = (row: Named): OwnerOfToken => {
  if (row.user_id !== null) return { kind: 'user', name: row.user_name ?? '' }
  if (row.service_account_id !== null) return { kind: 'service-account', name: row.service_account_name ?? '' }
  return { kind: 'token', name: row.name }
}

/** A token as the API shows it: without its hash. */
export const toToken = (
  row: Named & Pick<OwnedToken, 'id' | 'scope' | 'created_at' | 'expires_at' | 'last_used_at'>,
): Token => ({
  id: row.id,
  name: row.name,
  owner: ownerOf(row),
  scope: row.scope,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})

/** Whom a token is made for. */
export type TokenFor =
  | { kind: 'token' }
  | { kind: 'user'; id: string; name: string; groups: readonly string[] }
  | { kind: 'service-account'; id: string; name: string }

/** They were disabled or deleted while the token was made. */
const gone = () => new MoorageError('unauthenticated', 'The user is disabled.', { fix: 'Ask an administrator.' })

/** When a person's token ends that they would like to keep until `wanted`. */
function endOf({ last_seen_at, created_at }: UserRow, wanted: Date | null, now: Date): Date {
  const last = new Date((last_seen_at ?? created_at).getTime() + USER_TOKEN_SECONDS * 1000)
  if (last <= now) {
    throw new MoorageError('forbidden', 'The last sign-in is too long ago for another token.', {
      fix: 'Sign in again, then make it.',
    })
  }
  return wanted === null || wanted > last ? last : wanted
}

/** Makes a token. The answer is the only place where its text ever is. */
export async function createToken(
  deps: TokenDeps,
  input: Pick<CreateToken, 'name' | 'expiresInSeconds' | 'scope'>,
  who: Pick<Identity, 'id'>,
  owner: TokenFor = { kind: 'token' },
): Promise<CreatedToken> {
  const now = deps.now()
  const text = makeToken(randomBytes)
  const asked = input.expiresInSeconds
  const row = {
    id: randomUUID(),
    name: input.name,
    hash: hashToken(text),
    created_at: now,
    created_by: who.id,
    expires_at: asked === undefined ? null : new Date(now.getTime() + asked * 1000),
    last_used_at: null,
    revoked_at: null,
    user_id: owner.kind === 'user' ? owner.id : null,
    service_account_id: owner.kind === 'service-account' ? owner.id : null,
  }
  const groups = owner.kind === 'user' ? JSON.stringify(owner.groups) : null
  const scope = input.scope ?? null
  const stored = { ...row, groups, scope: scope && JSON.stringify(scope) }
  if (owner.kind !== 'user') await insertToken(deps.store.db, stored)
  else {
    await deps.store.db.transaction().execute(async trx => {
      const user = await holdUser(trx, owner.id)
      if (user === undefined) throw gone()
      row.expires_at = endOf(user, row.expires_at, now)
      await insertToken(trx, { ...stored, expires_at: row.expires_at })
    })
  }
  const names = {
    user_name: owner.kind === 'user' ? owner.name : null,
    service_account_name: owner.kind === 'service-account' ? owner.name : null,
  }
  return { ...toToken({ ...row, ...names, scope }), token: text }
}

/** Revokes a token; its sessions and streams end. */
export async function revokeToken(deps: TokenDeps & { live: Pick<Live, 'recheck'> }, id: string): Promise<void> {
  if (!(await revokeRow(deps.store.db, id, deps.now()))) throw noToken()
  await deps.live.recheck()
}

/** The same whether there is none or it is another's. */
export const noToken = () =>
  new MoorageError('not_found', 'There is no valid token with this id.', {
    fix: 'List the tokens to find its id; it may have been revoked before.',
  })
