import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/** Time is the database's in all of these: hubs' clocks differ. */
const inMs = (ms: number) => sql<Date>`now() + ${ms} * interval '1 millisecond'`

/** Says that this replica lives, and where others reach it. */
export async function keepReplica(db: Kysely<Database>, id: string, url: string, ttlMs: number): Promise<void> {
  await db
    .insertInto('replicas')
    .values({ id, url, expires_at: inMs(ttlMs) })
    .onConflict(conflict => conflict.column('id').doUpdateSet({ url, expires_at: inMs(ttlMs) }))
    .execute()
}

/** Takes a replica out, with the tunnels that it held. */
export async function dropReplica(db: Kysely<Database>, id: string): Promise<void> {
  await db.deleteFrom('replicas').where('id', '=', id).execute()
}

/** Takes out replicas that no longer say that they live. */
export async function dropExpiredReplicas(db: Kysely<Database>): Promise<void> {
  await db.deleteFrom('replicas').where('expires_at', '<', sql<Date>`now()`).execute()
}

/** How many others say that they live. */
export async function otherReplicas(db: Kysely<Database>, id: string): Promise<number> {
  const { count } = await db
    .selectFrom('replicas')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('id', '!=', id)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Takes out every replica: only right where no other hub can be running. */
export async function dropReplicas(db: Kysely<Database>): Promise<void> {
  await db.deleteFrom('replicas').execute()
}
