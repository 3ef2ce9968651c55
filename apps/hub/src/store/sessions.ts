import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { Database, SessionsTable } from './tables.ts'

export type SessionRow = Selectable<SessionsTable>
/** A session with the names of whom it stands for: a user, or a token. */
export type OwnedSession = SessionRow & {
  user_name: string | null
  token_name: string | null
}

export async function insertSession(db: Kysely<Database>, session: Insertable<SessionsTable>): Promise<void> {
  await db.insertInto('sessions').values(session).execute()
}

/** Sessions that are good at `now`, as are their tokens or users. */
const good = (db: Kysely<Database>, now: Date) =>
  db
    .selectFrom('sessions')
    .leftJoin('tokens', 'tokens.id', 'sessions.token_id')
    .leftJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('sessions')
    .select(['users.name as user_name', 'tokens.name as token_name'])
    // Only the hub's own tokens sign browsers in.
    .where('tokens.user_id', 'is', null)
    .where('tokens.service_account_id', 'is', null)
    .where('sessions.expires_at', '>', now)
    .where(where => where.or([where('idle_expires_at', 'is', null), where('idle_expires_at', '>', now)]))
    .where('users.disabled_at', 'is', null)
    .where('tokens.revoked_at', 'is', null)
    .where(where => where.or([where('tokens.expires_at', 'is', null), where('tokens.expires_at', '>', now)]))

/** The session with this hash, if it and what it stands for are good at `now`. */
export const findSession = (db: Kysely<Database>, hash: string, now: Date): Promise<OwnedSession | undefined> =>
  good(db, now).where('sessions.hash', '=', hash).executeTakeFirst()

/** Good sessions, newest first; of one user or one token, or all. */
export const listSessions = (
  db: Kysely<Database>,
  { now, userId, tokenId }: { now: Date; userId?: string | undefined; tokenId?: string | undefined },
): Promise<OwnedSession[]> => {
  let found = good(db, now).orderBy('sessions.created_at', 'desc').orderBy('sessions.id')
  if (userId !== undefined) found = found.where('sessions.user_id', '=', userId)
  if (tokenId !== undefined) found = found.where('sessions.token_id', '=', tokenId)
  return found.execute()
}

/** They were used just now, so their idle time begins anew. One that has ended stays so. */
export async function touchSessions(
  db: Kysely<Database>,
  ids: readonly string[],
  now: Date,
  idleEnd: Date,
): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('sessions')
    .set({ last_used_at: now, idle_expires_at: sql<Date>`least(expires_at, ${idleEnd}::timestamptz)` })
    .where('id', 'in', ids)
    .where('expires_at', '>', now)
    .where(where => where.or([where('idle_expires_at', 'is', null), where('idle_expires_at', '>', now)]))
    .execute()
}

/** Ends a session; undefined where there is none. */
export const deleteSession = (
  db: Kysely<Database>,
  id: string,
): Promise<Pick<SessionRow, 'id' | 'issuer'> | undefined> =>
  db.deleteFrom('sessions').where('id', '=', id).returning(['id', 'issuer']).executeTakeFirst()

/** Ends all sessions of a user but the one that is kept. */
export async function deleteSessionsOf(db: Kysely<Database>, userId: string, except?: string): Promise<void> {
  let sessions = db.deleteFrom('sessions').where('user_id', '=', userId)
  if (except !== undefined) sessions = sessions.where('id', '!=', except)
  await sessions.execute()
}

/** Forgets sessions that ended before `now`; returns how many. */
export async function deleteExpiredSessions(db: Kysely<Database>, now: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where(where => where.or([where('expires_at', '<=', now), where('idle_expires_at', '<=', now)]))
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
