import { CompiledQuery, type Kysely, sql } from 'kysely'
import { type AuditEntry, type AuditRow, auditHash, FORMAT, GENESIS } from './audit-hash.ts'
import type { Database } from './tables.ts'

export type { AuditEntry, AuditRow } from './audit-hash.ts'

/** Key of the advisory lock that lets one append at a time: "audit" in ASCII. */
const LOCK = 0x6175646974

/** The newest line of the chain. */
type Newest = Pick<AuditRow, 'seq' | 'hash' | 'format'>

/** Holds the chain still until the transaction ends, and gives its newest line. */
export async function lockAudit(trx: Kysely<Database>): Promise<Newest | undefined> {
  const { rows } = await sql<Newest>`select * from lock_audit(${LOCK})`.execute(trx)
  return rows[0]
}

/** Lines after line `seq`, in their order. As one is appended at a time, none appears later below one that is seen. */
export const linesAfter = (db: Kysely<Database>, seq: number, limit: number): Promise<AuditRow[]> =>
  db.selectFrom('audit').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute()
/** What a line may be silent about. */
const SILENT = {
  via: null,
  acts_as: null,
  client: null,
  verb: null,
  api_group: null,
  resource: null,
  subresource: null,
  namespace: null,
  name: null,
  binding: null,
  bytes_in: null,
  bytes_out: null,
  recording: null,
} satisfies Partial<AuditRow>

const COLUMNS = [
  ...['seq', 'at', 'actor_kind', 'actor_id', 'actor_name', 'source', 'action', 'cluster_id', 'target', 'allowed'],
  ...['because', 'status', 'request_id', 'duration_ms', 'previous', 'hash', 'format', ...Object.keys(SILENT)],
].join()

/** One statement for any number of lines: one with a parameter for each value would be another one for each number. */
const INSERT = `insert into audit (${COLUMNS}) select ${COLUMNS} from json_populate_recordset(null::audit, $1::json)`

/** Appends lines in their order, at the cost of one; inside the caller's transaction where `db` is one. */
export async function appendAudits(db: Kysely<Database>, entries: readonly AuditEntry[]): Promise<AuditRow[]> {
  if (entries.length === 0) return []
  if (!db.isTransaction) return db.transaction().execute(trx => appendAudits(trx, entries))
  const last = await lockAudit(db)
  let previous = last?.hash ?? GENESIS
  let seq = last?.seq ?? 0
  const rows = entries.map(entry => {
    seq += 1
    const line = { ...SILENT, ...entry, seq, format: FORMAT }
    const row = { ...line, previous, hash: auditHash(previous, line) } as AuditRow
    previous = row.hash
    return row
  })
  await db.executeQuery(CompiledQuery.raw(INSERT, [JSON.stringify(rows)]))
  return rows
}

/** Appends one line, so that in a caller's transaction it is there if the change is. */
export async function appendAudit(db: Kysely<Database>, entry: AuditEntry): Promise<AuditRow> {
  const [row] = await appendAudits(db, [entry])
  return row as AuditRow
}
