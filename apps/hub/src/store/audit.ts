import { createHash } from 'node:crypto'
import { type ExpressionBuilder, type Kysely, type Selectable, type SqlBool, sql } from 'kysely'
import type { AuditTable, Database } from './tables.ts'

export type AuditRow = Selectable<AuditTable>
/** One line of the audit; the chain's own columns are added when it is stored. */
export type AuditEntry = Omit<AuditRow, 'seq' | 'previous' | 'hash'>

/** What the first line points back to. */
const GENESIS = '0'.repeat(64)
/** Key of the advisory lock that lets one append at a time: "audit" in ASCII. */
const LOCK = 0x6175646974
/** Rows that are read at once when the chain is verified. */
const VERIFY_PAGE = 1000

/** Each line's hash covers the line and the hash before it, so none can be changed or taken out unnoticed. */
export function auditHash(previous: string, entry: AuditEntry): string {
  const line = [
    previous,
    entry.at.toISOString(),
    entry.actor_kind,
    entry.actor_id,
    entry.actor_name,
    entry.source,
    entry.action,
    entry.cluster_id,
    entry.target,
    entry.allowed,
    entry.because,
    entry.status,
    entry.request_id,
    entry.duration_ms,
  ]
  return createHash('sha256').update(JSON.stringify(line)).digest('hex')
}

/** Appends lines in their order, at the cost of one. */
export async function appendAudits(db: Kysely<Database>, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  if (!db.isTransaction) return db.transaction().execute(trx => appendAudits(trx, entries))
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(db)
  const last = await db.selectFrom('audit').select('hash').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  let previous = last?.hash ?? GENESIS
  const rows = entries.map(entry => {
    const row = { ...entry, previous, hash: auditHash(previous, entry) }
    previous = row.hash
    return row
  })
  await db.insertInto('audit').values(rows).execute()
}

/** Appends one line; inside the caller's transaction where `db` is one, so that it is there if the change is. */
export async function appendAudit(db: Kysely<Database>, entry: AuditEntry): Promise<AuditRow> {
  if (!db.isTransaction) return db.transaction().execute(trx => appendAudit(trx, entry))
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(db)
  const last = await db.selectFrom('audit').select('hash').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  const previous = last?.hash ?? GENESIS
  return db
    .insertInto('audit')
    .values({ ...entry, previous, hash: auditHash(previous, entry) })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export interface AuditFilter {
  /** An operation such as `clusters.connect`, or an area such as `clusters`. */
  action?: string | undefined
  /** Id or name. */
  actor?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
}

const matching =
  ({ action, actor, since, until }: AuditFilter) =>
  (where: ExpressionBuilder<Database, 'audit'>) =>
    where.and([
      ...(action === undefined
        ? []
        : [where.or([where('action', '=', action), sql<SqlBool>`starts_with(action, ${`${action}.`})`])]),
      ...(actor === undefined ? [] : [where.or([where('actor_id', '=', actor), where('actor_name', '=', actor)])]),
      ...(since === undefined ? [] : [where('at', '>=', since)]),
      ...(until === undefined ? [] : [where('at', '<', until)]),
    ])

/** Newest first, before line `before`. */
export function listAudit(
  db: Kysely<Database>,
  { limit, before, ...filter }: AuditFilter & { limit: number; before?: number | undefined },
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit').selectAll().where(matching(filter)).orderBy('seq', 'desc').limit(limit)
  if (before !== undefined) query = query.where('seq', '<', before)
  return query.execute()
}

/** Number of lines, counted up to `most`. */
export async function countAudit(db: Kysely<Database>, filter: AuditFilter, most: number): Promise<number> {
  const { count } = await db
    .selectFrom(one => one.selectFrom('audit').select('seq').where(matching(filter)).limit(most).as('counted'))
    .select(select => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

export type AuditVerdict = { whole: true; lines: number; head: string } | { whole: false; seq: number; why: string }

/** Walks the chain from its first line. Keep `head` elsewhere to notice lines cut off at the end as well. */
export async function verifyAudit(db: Kysely<Database>): Promise<AuditVerdict> {
  let head = GENESIS
  let lines = 0
  let after = 0
  while (true) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(VERIFY_PAGE)
      .execute()
    if (rows.length === 0) return { whole: true, lines, head }
    for (const row of rows) {
      if (row.previous !== head)
        return { whole: false, seq: row.seq, why: 'A line before it is missing or was changed.' }
      if (auditHash(head, row) !== row.hash) return { whole: false, seq: row.seq, why: 'The line was changed.' }
      head = row.hash
      after = row.seq
      lines += 1
    }
  }
}
