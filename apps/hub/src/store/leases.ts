import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/** Time is the database's in all of these: hubs' clocks differ. */
const inMs = (ms: number) => sql<Date>`now() + ${ms} * interval '1 millisecond'`

/** Takes those leases that nobody else holds, and returns their keys. */
export async function acquireLeases(
  db: Kysely<Database>,
  keys: readonly string[],
  holder: string,
  ttlMs: number,
): Promise<string[]> {
  if (keys.length === 0) return []
  const expires_at = inMs(ttlMs)
  const rows = await db
    .insertInto('leases')
    // In one order: two that take the same ones must not wait for each other.
    .values([...keys].sort().map(key => ({ key, holder, expires_at })))
    .onConflict(conflict =>
      conflict
        .column('key')
        .doUpdateSet({ holder, expires_at })
        .where(where =>
          where.or([where('leases.holder', '=', holder), where('leases.expires_at', '<', sql<Date>`now()`)]),
        ),
    )
    .returning('key')
    .execute()
  return rows.map(row => row.key)
}

/** Renews those of `keys` that `holder` still holds, and returns them. */
export async function renewLeases(
  db: Kysely<Database>,
  keys: readonly string[],
  holder: string,
  ttlMs: number,
): Promise<string[]> {
  if (keys.length === 0) return []
  const rows = await db
    .updateTable('leases')
    .set({ expires_at: inMs(ttlMs) })
    .where('holder', '=', holder)
    .where('key', 'in', keys)
    .returning('key')
    .execute()
  return rows.map(row => row.key)
}

export async function releaseLease(db: Kysely<Database>, key: string, holder: string): Promise<void> {
  await db.deleteFrom('leases').where('key', '=', key).where('holder', '=', holder).execute()
}

/** Whether some hub holds a lease now, so is at work on this database. */
export async function anyLease(db: Kysely<Database>): Promise<boolean> {
  const row = await db.selectFrom('leases').select('key').where('expires_at', '>', sql<Date>`now()`).executeTakeFirst()
  return row !== undefined
}

/** Drops every lease: only right where no other hub can be running. */
export async function dropLeases(db: Kysely<Database>): Promise<void> {
  await db.deleteFrom('leases').execute()
}
