import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

const INSTANCE = 'instance'

/** What stands under a key: `make` gives it where nothing does. The same for ever, and for every replica. */
export async function ensureMeta(
  db: Kysely<Database>,
  key: string,
  make: () => string | Promise<string>,
): Promise<string> {
  const known = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst()
  if (known) return known.value
  await db
    .insertInto('meta')
    .values({ key, value: await make() })
    .onConflict(conflict => conflict.column('key').doNothing())
    .execute()
  // Another replica may have been faster.
  const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirstOrThrow()
  return row.value
}

/** Puts another value under a key, unless somebody else did meanwhile. */
export async function replaceMeta(db: Kysely<Database>, key: string, before: string, value: string): Promise<void> {
  await db.updateTable('meta').set({ value }).where('key', '=', key).where('value', '=', before).execute()
}

/** The id of this installation. */
export const instanceId = (db: Kysely<Database>, makeId: () => string): Promise<string> =>
  ensureMeta(db, INSTANCE, makeId)
