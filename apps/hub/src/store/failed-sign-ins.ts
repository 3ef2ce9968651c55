import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/**
 * Counts a try before it is looked at, so that many at once do not pass as one. Returns how many there were without a
 * success in between, or null where the name is locked out. Failures before `since` are forgotten.
 */
export async function countTry(
  db: Kysely<Database>,
  name: string,
  { now, since, lockFor }: { now: Date; since: Date; lockFor: (failures: number) => number },
): Promise<{ failures: number } | { lockedUntil: Date }> {
  return db.transaction().execute(async trx => {
    await trx
      .insertInto('failed_sign_ins')
      .values({ name, failures: 0, last_at: now })
      .onConflict(conflict => conflict.column('name').doNothing())
      .execute()
    const row = await trx
      .selectFrom('failed_sign_ins')
      .selectAll()
      .where('name', '=', name)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (row.locked_until !== null && row.locked_until > now) return { lockedUntil: row.locked_until }
    const failures = (row.last_at < since ? 0 : row.failures) + 1
    const ms = lockFor(failures)
    const locked_until = ms === 0 ? null : new Date(now.getTime() + ms)
    await trx
      .updateTable('failed_sign_ins')
      .set({ failures, last_at: now, locked_until })
      .where('name', '=', name)
      .execute()
    return { failures }
  })
}

/** The right password was given, or somebody who may has said that it is all right. */
export async function forgetTries(db: Kysely<Database>, name: string): Promise<void> {
  await db.deleteFrom('failed_sign_ins').where('name', '=', name).execute()
}

/** Forgets what is older; at most so many at once, as it goes along with a sign-in. */
export async function deleteOldTries(db: Kysely<Database>, before: Date): Promise<void> {
  await sql`
    delete from failed_sign_ins where name in (
      select name from failed_sign_ins where last_at < ${before} limit 1000)`.execute(db)
}
