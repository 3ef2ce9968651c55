import { type Kysely, sql } from 'kysely'
import { type AuditEntry, type AuditRow, auditHash, FORMAT, GENESIS } from './audit-hash.ts'
import type { Database } from './tables.ts'

export type { AuditEntry, AuditRow } from './audit-hash.ts'

/** Key of the advisory lock that lets one append at a time: "audit" in ASCII. */
const LOCK = 0x6175646974

/** Holds the chain still until the transaction ends, and gives its newest line. */
export async function lockAudit(
  trx: Kysely<Database>,
): Promise<{ seq: number; hash: string; format: number } | undefined> {
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx)
  return trx.selectFrom('audit').select(['seq', 'hash', 'format']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
}

/** Lines after line `seq`, in their order. As one is appended at a time, none appears later below one that is seen. */
export const linesAfter = (db: Kysely<Database>, seq: number, limit: number): Promise<AuditRow[]> =>
  db.selectFrom('audit').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute()

/** Appends lines in their order, at the cost of one; inside the caller's transaction where `db` is one. */
export async function appendAudits(db: Kysely<Database>, entries: readonly AuditEntry[]): Promise<AuditRow[]> {
  if (entries.length === 0) return []
  if (!db.isTransaction) return db.transaction().execute(trx => appendAudits(trx, entries))
  const last = await lockAudit(db)
  let previous = last?.hash ?? GENESIS
  let seq = last?.seq ?? 0
  const rows = entries.map(entry => {
    seq += 1
    const line = { ...entry, seq, format: FORMAT }
    const row = { ...line, previous, hash: auditHash(previous, line) }
    previous = row.hash
    return row
  })
  return db.insertInto('audit').values(rows).returningAll().execute()
}

/** Appends one line, so that in a caller's transaction it is there if the change is. */
export async function appendAudit(db: Kysely<Database>, entry: AuditEntry): Promise<AuditRow> {
  const [row] = await appendAudits(db, [entry])
  return row as AuditRow
}
