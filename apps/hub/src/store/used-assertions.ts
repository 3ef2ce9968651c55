import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/** An assertion that is used now. */
export interface UsedAssertion {
  keyId: string
  id: string
  /** ms for which it could be used again. */
  validMs: number
}

/** Notes these as used, no two of them alike. Answers by index which were not used before. Time is the database's, as hubs' clocks differ. */
export async function useAssertions(db: Kysely<Database>, used: readonly UsedAssertion[]): Promise<Set<number>> {
  const { rows } = await sql<{ key_id: string; id: string }>`
    insert into used_assertions (key_id, id, expires_at)
    select key_id, id, now() + valid_ms * interval '1 millisecond'
    from unnest(${used.map(({ keyId }) => keyId)}::text[], ${used.map(({ id }) => id)}::text[],
      ${used.map(({ validMs }) => validMs)}::float8[]) as given (key_id, id, valid_ms)
    -- Always in one order, or two replicas could wait for each other.
    order by key_id, id
    on conflict do nothing returning key_id, id`.execute(db)
  const names = new Set(rows.map(({ key_id, id }) => `${key_id} ${id}`))
  return new Set(used.flatMap(({ keyId, id }, index) => (names.has(`${keyId} ${id}`) ? [index] : [])))
}

/** Forgets assertions that have run out. */
export async function sweepUsedAssertions(db: Kysely<Database>): Promise<void> {
  await sql`delete from used_assertions where expires_at < now()`.execute(db)
}
