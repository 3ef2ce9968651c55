import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

/** Credentials that are good, by their ids, with the groups that they stand for now. */
export type ValidCredentials = ReadonlyMap<string, readonly string[]>

/** Whether what somebody asks by is still good. */
export async function isGoodCredential(
  db: Kysely<Database>,
  { tokenId, sessionId }: { tokenId: string | null; sessionId?: string | undefined },
  now: Date,
): Promise<boolean> {
  if (tokenId !== null && !(await validTokenIds(db, [tokenId], now)).has(tokenId)) return false
  return sessionId === undefined || (await validSessionIds(db, [sessionId], now)).has(sessionId)
}

/** Which of these tokens are neither revoked nor expired, and belong to nobody who is disabled. */
export async function validTokenIds(
  db: Kysely<Database>,
  ids: readonly string[],
  now: Date,
): Promise<ValidCredentials> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('tokens')
    .leftJoin('users', 'users.id', 'tokens.user_id')
    .leftJoin('service_accounts', 'service_accounts.id', 'tokens.service_account_id')
    .select(['tokens.id', 'tokens.groups'])
    .where('tokens.id', 'in', ids)
    .where('tokens.revoked_at', 'is', null)
    .where('users.disabled_at', 'is', null)
    .where('service_accounts.disabled_at', 'is', null)
    .where(where => where.or([where('tokens.expires_at', 'is', null), where('tokens.expires_at', '>', now)]))
    .execute()
  return new Map(rows.map(({ id, groups }) => [id, groups ?? []]))
}

/** Which of these sessions still exist, have neither expired nor been idle for too long, and belong to nobody who is disabled. Their tokens are another question. */
export async function validSessionIds(
  db: Kysely<Database>,
  ids: readonly string[],
  now: Date,
): Promise<ValidCredentials> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('sessions')
    .leftJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.id', 'sessions.groups'])
    .where('sessions.id', 'in', ids)
    .where('sessions.expires_at', '>', now)
    .where(where => where.or([where('idle_expires_at', 'is', null), where('idle_expires_at', '>', now)]))
    .where('users.disabled_at', 'is', null)
    .execute()
  return new Map(rows.map(({ id, groups }) => [id, groups ?? []]))
}
