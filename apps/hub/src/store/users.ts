import type { Insertable, Kysely, Selectable, Transaction, Updateable } from 'kysely'
import type { UsersTable } from './access-tables.ts'
import type { Database } from './tables.ts'

export type UserRow = Selectable<UsersTable>
/** A user and until when no password of theirs is looked at. */
export type ListedUser = UserRow & { locked_until: Date | null }

const listed = (db: Kysely<Database>) =>
  db
    .selectFrom('users')
    .leftJoin('failed_sign_ins', 'failed_sign_ins.name', 'users.name')
    .selectAll('users')
    .select('failed_sign_ins.locked_until')

/** Everybody, by name. */
export const listUsers = (db: Kysely<Database>): Promise<ListedUser[]> => listed(db).orderBy('users.name').execute()

export const hasUsers = async (db: Kysely<Database>): Promise<boolean> =>
  (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined

export const findUser = (db: Kysely<Database>, name: string): Promise<ListedUser | undefined> =>
  listed(db).where('users.name', '=', name).executeTakeFirst()

export const findUserById = (db: Kysely<Database>, id: string): Promise<UserRow | undefined> =>
  db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()

/** Whoever the issuer calls by this subject. */
export const findUserOf = (db: Kysely<Database>, source: string, subject: string): Promise<UserRow | undefined> =>
  db.selectFrom('users').selectAll().where('source', '=', source).where('subject', '=', subject).executeTakeFirst()

/** One of those who are known by an issuer of this name at another address. */
export const findUserOfOther = (db: Kysely<Database>, source: string, url: string): Promise<UserRow | undefined> =>
  db
    .selectFrom('users')
    .selectAll()
    .where('source', '=', source)
    .where('issuer_url', 'is distinct from', url)
    .orderBy('name')
    .limit(1)
    .executeTakeFirst()

/** All of an issuer, kept as they are until the transaction ends: sign-ins that are under way wait. */
export async function holdUsersOf(trx: Transaction<Database>, source: string): Promise<void> {
  await trx.selectFrom('users').select('id').where('source', '=', source).orderBy('id').forUpdate().execute()
}

/** False where somebody has the name, or the subject, already. */
export async function insertUser(db: Kysely<Database>, user: Insertable<UsersTable>): Promise<boolean> {
  const made = await db
    .insertInto('users')
    .values(user)
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return made !== undefined
}

export async function updateUser(db: Kysely<Database>, id: string, values: Updateable<UsersTable>): Promise<void> {
  await db.updateTable('users').set(values).where('id', '=', id).execute()
}

/** Puts another password in the place of the one that was verified; false where it is another one by now, or they are disabled. */
export async function replacePassword(
  db: Kysely<Database>,
  id: string,
  verified: string | null,
  password_hash: string,
): Promise<boolean> {
  const replaced = await db
    .updateTable('users')
    .set({ password_hash, must_change_password: false })
    .where('id', '=', id)
    .where('password_hash', '=', verified)
    .where('disabled_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return replaced !== undefined
}

/**
 * Notes a sign-in, and keeps the user as they are until the transaction ends: who takes something from them waits, and
 * then sees what was made. False where they are disabled, everything was taken back from them since they had these
 * `cuts`, or they have another password than the one that was verified.
 */
export async function noteSignedIn(
  trx: Transaction<Database>,
  id: string,
  { now, verified, cuts }: { now: Date; verified: string | null; cuts: number },
): Promise<boolean> {
  let user = trx
    .updateTable('users')
    .set({ last_seen_at: now })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .where('cuts', '=', cuts)
  if (verified !== null) user = user.where('password_hash', '=', verified)
  return (await user.returning('id').executeTakeFirst()) !== undefined
}

/** A user who is not disabled, kept as they are until the transaction ends. */
export const holdUser = (trx: Transaction<Database>, id: string): Promise<UserRow | undefined> =>
  trx
    .selectFrom('users')
    .selectAll()
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .forShare()
    .executeTakeFirst()

/** With their sessions and tokens. */
export async function deleteUser(db: Kysely<Database>, id: string): Promise<void> {
  await db.deleteFrom('users').where('id', '=', id).execute()
}

/** The groups that an issuer names now count for all that they were let in by before. */
export async function renewGroups(db: Kysely<Database>, userId: string, groups: readonly string[]): Promise<void> {
  const values = { groups: JSON.stringify(groups) }
  await db.updateTable('tokens').set(values).where('user_id', '=', userId).execute()
  await db.updateTable('sessions').set(values).where('user_id', '=', userId).execute()
}

/**
 * Ends the sessions and tokens of one user, or of all of an issuer, for good; returns how many of each were still good.
 * The users come first and stay locked: what is made for them at the same time was made before, or is not made.
 */
export async function cutCredentials(
  trx: Transaction<Database>,
  of: { userId: string } | { source: string },
  { now, keepTokens = false }: { now: Date; keepTokens?: boolean },
): Promise<{ sessions: number; tokens: number }> {
  const all = trx.selectFrom('users').select('id')
  const users = 'userId' in of ? all.where('id', '=', of.userId) : all.where('source', '=', of.source)
  await trx
    .updateTable('users')
    .set(row => ({ cuts: row('cuts', '+', 1) }))
    .where('id', 'in', users)
    .execute()
  const sessions = await trx.deleteFrom('sessions').where('user_id', 'in', users).returning('expires_at').execute()
  const tokens = keepTokens
    ? []
    : await trx
        .updateTable('tokens')
        .set({ revoked_at: now })
        .where('user_id', 'in', users)
        .where('revoked_at', 'is', null)
        .returning('expires_at')
        .execute()
  await trx.deleteFrom('device_codes').where('user_id', 'in', users).execute()
  await trx.deleteFrom('command_line_codes').where('user_id', 'in', users).execute()
  const good = (row: { expires_at: Date | null }) => row.expires_at === null || row.expires_at > now
  return { sessions: sessions.filter(good).length, tokens: tokens.filter(good).length }
}
