import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Database, SessionsTable } from './tables.ts'

export type SessionRow = Selectable<SessionsTable>

export async function insertSession(db: Kysely<Database>, session: Insertable<SessionsTable>): Promise<void> {
  await db.insertInto('sessions').values(session).execute()
}

/** The session with this hash, if it and its token are good at `now`. */
export function findSession(
  db: Kysely<Database>,
  hash: string,
  now: Date,
): Promise<(Omit<SessionRow, 'token_id'> & { token_id: string; token_name: string }) | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('tokens', 'tokens.id', 'sessions.token_id')
    .selectAll('sessions')
    .select(['tokens.id as token_id', 'tokens.name as token_name'])
    .where('sessions.hash', '=', hash)
    .where('sessions.expires_at', '>', now)
    .where('tokens.revoked_at', 'is', null)
    .where('tokens.user_id', 'is', null)
    .where('tokens.service_account_id', 'is', null)
    .where(where => where.or([where('tokens.expires_at', 'is', null), where('tokens.expires_at', '>', now)]))
    .executeTakeFirst()
}

export async function touchSession(db: Kysely<Database>, id: string, now: Date): Promise<void> {
  await db.updateTable('sessions').set({ last_used_at: now }).where('id', '=', id).execute()
}

/** False where there is no such session. */
export async function deleteSession(db: Kysely<Database>, id: string): Promise<boolean> {
  const deleted = await db.deleteFrom('sessions').where('id', '=', id).returning('id').executeTakeFirst()
  return deleted !== undefined
}

/** Forgets sessions that ended before `now`; returns how many. */
export async function deleteExpiredSessions(db: Kysely<Database>, now: Date): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('sessions').where('expires_at', '<=', now).executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
