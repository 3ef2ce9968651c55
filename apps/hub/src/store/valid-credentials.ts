import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

/** Which of these tokens are neither revoked nor expired. */
export async function validTokenIds(db: Kysely<Database>, ids: readonly string[], now: Date): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('tokens')
    .select('id')
    .where('id', 'in', ids)
    .where('revoked_at', 'is', null)
    .where(where => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .execute()
  return new Set(rows.map(row => row.id))
}

/** Which of these sessions still exist and have not expired. Their tokens are another question. */
export async function validSessionIds(db: Kysely<Database>, ids: readonly string[], now: Date): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('sessions')
    .select('id')
    .where('id', 'in', ids)
    .where('expires_at', '>', now)
    .execute()
  return new Set(rows.map(row => row.id))
}
