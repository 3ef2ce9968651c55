import type { EventRow } from '@moorage/projector/batch.ts'
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { storableJson } from './records.ts'
import type { Database, EventsTable } from './tables.ts'
import { type RowLimits, withinLimits } from './visible-rows.ts'

type Db = Kysely<Database>

/** Events deleted in one statement: a sweep must not hold up what people ask. */
const SWEEP_CHUNK = 5_000

/** Stores events; one that recurs falls into its row. Answers how many are new or different. */
export async function upsertEvents(db: Db, clusterId: string, events: readonly EventRow[]): Promise<number> {
  if (events.length === 0) return 0
  const { numAffectedRows } = await sql`
    insert into events (cluster_id, uid, type, reason, message, kind, namespace, name, source, count, first_seen, last_seen)
    select ${clusterId}, e.uid, e.type, e.reason, e.message, e.kind, e.namespace, e.name, e.source, e.count, e."firstSeen", e."lastSeen"
    from jsonb_to_recordset(${storableJson(events)}::jsonb) as e (
      uid text, type text, reason text, message text, kind text, namespace text, name text, source text,
      count integer, "firstSeen" timestamptz, "lastSeen" timestamptz)
    on conflict (cluster_id, uid) do update set
      type = excluded.type, reason = excluded.reason, message = excluded.message, source = excluded.source,
      count = excluded.count, first_seen = excluded.first_seen, last_seen = excluded.last_seen
    where (events.count, events.last_seen, events.message)
      is distinct from (excluded.count, excluded.last_seen, excluded.message)`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** What a list of events asks for. */
export interface EventFilter {
  since?: Date | undefined
  type?: string | undefined
  namespace?: string | undefined
  /** What the asker may see; left out: everything. */
  limits?: RowLimits | undefined
}

const matching = (clusterId: string, { since, type, namespace, limits }: EventFilter) => {
  const within = (limits && withinLimits(sql`namespace`, limits)) ?? null
  return sql.join(
    [
      sql`cluster_id = ${clusterId}`,
      ...(since === undefined ? [] : [sql`last_seen >= ${since}`]),
      ...(type === undefined ? [] : [sql`type = ${type}`]),
      ...(namespace === undefined ? [] : [sql`namespace = ${namespace}`]),
      ...(within === null ? [] : [within]),
    ],
    sql` and `,
  )
}

/** Events, newest first, after the last one of the page before. `micros` is `last_seen` in microseconds since 1970. */
export async function pageOfEvents(
  db: Db,
  clusterId: string,
  filter: EventFilter,
  after: { micros: number; uid: string } | null,
  limit: number,
): Promise<(Selectable<EventsTable> & { micros: number })[]> {
  const start =
    after === null
      ? sql`true`
      : sql`(last_seen, uid) < ('epoch'::timestamptz + ${after.micros}::float8 * interval '1 microsecond', ${after.uid})`
  const { rows } = await sql<Selectable<EventsTable> & { micros: number }>`
    select *, (extract(epoch from last_seen) * 1000000)::bigint as micros from events
    where ${matching(clusterId, filter)} and ${start}
    order by last_seen desc, uid desc limit ${limit}`.execute(db)
  return rows
}

/** How many events match, counted up to `most`. */
export async function countEvents(db: Db, clusterId: string, filter: EventFilter, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select from events where ${matching(clusterId, filter)} limit ${most}) as found`.execute(
    db,
  )
  return rows[0]!.count
}

/** Forgets all but the newest events of a cluster. */
export async function trimEvents(db: Db, clusterId: string, keep: number): Promise<number> {
  const { rows } = await sql<{ at: string; uid: string }>`
    select last_seen::text as at, uid from events where cluster_id = ${clusterId}
    order by last_seen desc, uid desc offset ${keep - 1} limit 1`.execute(db)
  const [last] = rows
  if (last === undefined) return 0
  return inChunks(db, sql`cluster_id = ${clusterId} and (last_seen, uid) < (${last.at}::timestamptz, ${last.uid})`)
}

/** Forgets events that were last seen before `before`. */
export async function sweepEvents(db: Db, before: Date): Promise<number> {
  return inChunks(db, sql`last_seen < ${before}`)
}

async function inChunks(db: Db, which: RawBuilder<unknown>): Promise<number> {
  let swept = 0
  for (;;) {
    const { numAffectedRows } = await sql`
      delete from events where (cluster_id, uid) in (
        select cluster_id, uid from events where ${which} limit ${SWEEP_CHUNK})`.execute(db)
    const count = Number(numAffectedRows ?? 0)
    swept += count
    if (count < SWEEP_CHUNK) return swept
  }
}
