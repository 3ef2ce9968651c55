import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database } from './tables.ts'

/** In `meta`: a number that is raised with each change of rights. */
const KEY = 'access_version'

/**
 * Notes that rights have changed; inside the transaction that changes them. Its
 * row is locked until that ends, so changes of rights come one after the other
 * and each is judged by what the one before it left. Call it first.
 */
export async function raiseAccessVersion(trx: Transaction<Database>): Promise<void> {
  await sql`
    insert into meta (key, value) values (${KEY}, '1')
    on conflict (key) do update set value = (meta.value::bigint + 1)::text`.execute(trx)
}

/** The number of the newest change of rights. */
export async function accessVersion(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', KEY).executeTakeFirst()
  return Number(row?.value ?? 0)
}
