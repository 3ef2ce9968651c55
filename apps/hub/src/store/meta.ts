import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

const INSTANCE = 'instance'

/** The id of this installation: made once, then the same for ever and for every replica. */
export async function instanceId(db: Kysely<Database>, makeId: () => string): Promise<string> {
  await db
    .insertInto('meta')
    .values({ key: INSTANCE, value: makeId() })
    .onConflict(conflict => conflict.column('key').doNothing())
    .execute()
  const row = await db.selectFrom('meta').select('value').where('key', '=', INSTANCE).executeTakeFirstOrThrow()
  return row.value
}
