import { type Kysely, sql, type Transaction } from 'kysely'
import { lockAudit } from './audit.ts'
import type { Database } from './tables.ts'

/** One partition of the log: the lines from `from` on and before `to`; null without such a bound. */
export interface AuditPartition {
  name: string
  from: Date | null
  to: Date | null
}

/** Months that are made before they begin: so long may a hub stand still and still find its own there. */
const MONTHS_AHEAD = 2
/**
 * How long a partition waits for those who read the log, in ms: who writes to
 * it waits behind. Then it is tried again later, as nothing depends on it.
 * Less than PostgreSQL's deadlock_timeout, so that nobody else has to give way.
 */
const LOCK_WITHIN_MS = 500

/** The partitions, the oldest first. They lie next to each other: the first has no beginning, and the last no end. */
export async function readPartitions(db: Kysely<Database>): Promise<AuditPartition[]> {
  const { rows } = await sql<AuditPartition>`
    select name,
      substring(bounds from 'FROM [(]''([^'']*)''[)]')::timestamptz as from,
      substring(bounds from 'TO [(]''([^'']*)''[)]')::timestamptz as to
    from (
      select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
      from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'audit'::regclass
    ) partitions
    order by 2 nulls first`.execute(db)
  return rows
}

/** The beginning of the month, in UTC, that is this many after that of `at`. */
const month = (at: Date, after: number) => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + after))

/** `audit_2026_11`, by its first month. */
const nameOf = (from: Date) => `audit_${from.toISOString().slice(0, 7).replace('-', '_')}`

const bound = (at: Date | null, none: 'minvalue' | 'maxvalue') =>
  at === null ? sql.raw(none) : sql.lit(at.toISOString())

/** Makes a partition in the place of those that were taken out. */
const add = (trx: Transaction<Database>, { name, from, to }: AuditPartition) =>
  sql`create table ${sql.table(name)} partition of audit
    for values from (${bound(from, 'minvalue')}) to (${bound(to, 'maxvalue')})`.execute(trx)

/** Holds the log for a change of its partitions: nobody writes to it, or reads it, until the transaction ends. */
export async function holdPartitions(trx: Transaction<Database>) {
  await sql`set local lock_timeout = ${sql.lit(LOCK_WITHIN_MS)}`.execute(trx)
  const newest = await lockAudit(trx)
  await sql`lock table only audit in access exclusive mode`.execute(trx)
  return newest
}

/**
 * Ends the last partition, which has no end, and begins another one there. It
 * ends after a month, or after what is in it: thus there is a place for each
 * line, also by a clock that is wrong. Of months that are over, in which no
 * hub ran, there is one for all.
 */
async function splitLast(db: Kysely<Database>, now: Date, until: Date): Promise<boolean> {
  return db.transaction().execute(async trx => {
    await holdPartitions(trx)
    const last = (await readPartitions(trx)).at(-1)
    if (last?.from == null || last.from >= until) return false
    const newest = await trx
      .selectFrom('audit')
      .select('at')
      .where('at', '>=', last.from)
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst()
    const to = new Date(Math.max(month(newest?.at ?? last.from, 1).getTime(), month(now, 0).getTime()))
    const name = nameOf(last.from)
    await sql`alter table audit detach partition ${sql.table(last.name)}`.execute(trx)
    await sql`alter table ${sql.table(last.name)} rename to ${sql.id(name)}`.execute(trx)
    await sql`alter table audit attach partition ${sql.table(name)}
      for values from (${bound(last.from, 'minvalue')}) to (${bound(to, 'maxvalue')})`.execute(trx)
    await add(trx, { name: last.name, from: to, to: null })
    return true
  })
}

/** Makes the partitions of this month and the next ones, where they are missing. */
export async function addPartitions(db: Kysely<Database>, now: Date): Promise<void> {
  const until = month(now, MONTHS_AHEAD + 1)
  while (true) {
    const last = (await readPartitions(db)).at(-1)
    if (last?.from == null || last.from >= until || !(await splitLast(db, now, until))) return
  }
}

/** Drops the oldest partitions with all that is in them. An empty one takes their place. */
export async function dropPartitions(trx: Transaction<Database>, oldest: readonly AuditPartition[]): Promise<void> {
  for (const { name } of oldest) await sql`drop table ${sql.table(name)}`.execute(trx)
  await add(trx, { name: 'audit_first', from: null, to: oldest.at(-1)?.to ?? null })
}
