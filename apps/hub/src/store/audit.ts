import { createHash } from 'node:crypto'
import { type Kysely, type Selectable, sql } from 'kysely'
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

/** Newest first, before line `before`. */
export function listAudit(
  db: Kysely<Database>,
  { limit, before, clusterId }: { limit: number; before?: number | undefined; clusterId?: string | undefined },
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit)
  if (before !== undefined) query = query.where('seq', '<', before)
  if (clusterId !== undefined) query = query.where('cluster_id', '=', clusterId)
  return query.execute()
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
