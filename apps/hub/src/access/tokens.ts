import { randomBytes, randomUUID } from 'node:crypto'
import type { CreatedToken, CreateToken, Identity, Token } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { hashToken, insertToken, makeToken, revokeToken as revokeRow, type TokenRow } from '../store/tokens.ts'
import type { Live } from './live.ts'

export interface TokenDeps {
  store: Pick<Store, 'db'>
  now: () => Date
}

/** A token as the API shows it: without its hash. */
export const toToken = (row: Pick<TokenRow, 'id' | 'name' | 'created_at' | 'expires_at' | 'last_used_at'>): Token => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})

/** Makes a token. The answer is the only place where its text ever is. */
export async function createToken(
  deps: TokenDeps,
  input: CreateToken,
  who: Pick<Identity, 'id'>,
): Promise<CreatedToken> {
  const now = deps.now()
  const text = makeToken(randomBytes)
  const row = {
    id: randomUUID(),
    name: input.name,
    hash: hashToken(text),
    created_at: now,
    created_by: who.id,
    expires_at: input.expiresInSeconds === undefined ? null : new Date(now.getTime() + input.expiresInSeconds * 1000),
    last_used_at: null,
    revoked_at: null,
  }
  await insertToken(deps.store.db, row)
  return { ...toToken(row), token: text }
}

/** Revokes a token; its sessions and streams end. */
export async function revokeToken(deps: TokenDeps & { live: Pick<Live, 'recheck'> }, id: string): Promise<void> {
  if (!(await revokeRow(deps.store.db, id, deps.now()))) {
    throw new MoorageError('not_found', 'There is no valid token with this id.', {
      fix: 'List the tokens to find its id; it may have been revoked before.',
    })
  }
  await deps.live.recheck()
}
