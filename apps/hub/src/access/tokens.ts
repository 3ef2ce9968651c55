import { randomBytes, randomUUID } from 'node:crypto'
import type { CreatedToken, CreateToken, Identity, Token } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import {
  hashToken,
  insertToken,
  listTokens as listRows,
  makeToken,
  revokeToken as revokeRow,
  type TokenRow,
} from '../store/tokens.ts'
import type { Live } from './live.ts'

export interface TokenDeps {
  store: Pick<Store, 'db'>
  now: () => Date
}

const toToken = (row: TokenRow): Token => ({
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
  const row: TokenRow = {
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

/** Where a page ended: the creation time and id of its last row. */
function readCursor(text: string | undefined): { createdAt: Date; id: string } | undefined {
  if (text === undefined) return undefined
  const [time = '', id = ''] = text.split('_', 2)
  const createdAt = new Date(Number(time))
  if (!/^\d+$/.test(time) || id === '' || Number.isNaN(createdAt.getTime())) {
    throw new MoorageError('bad_request', '"continue" is not the "next" of a page before.', {
      fields: [{ path: 'continue', message: 'is not the "next" of a page before' }],
      fix: 'Leave it out to start at the first page.',
    })
  }
  return { createdAt, id }
}

export async function listTokens(
  deps: TokenDeps,
  query: { limit: number; continue?: string | undefined },
): Promise<{ items: Token[]; next: string | null; total: number }> {
  const after = readCursor(query.continue)
  const { rows, total } = await listRows(deps.store.db, { limit: query.limit + 1, after })
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    items: page.map(toToken),
    next: rows.length > page.length && last !== undefined ? `${last.created_at.getTime()}_${last.id}` : null,
    total,
  }
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
