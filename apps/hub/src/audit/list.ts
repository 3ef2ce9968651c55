import type { AuditLine, AuditQuery } from '@moorage/contract/audit.ts'
import { type AuditRow, countAudit, listAudit } from '../store/audit.ts'
import type { Store } from '../store/store.ts'

/** Lines that a page counts at most: of a log of millions, nobody asks how many there are. */
const LINES_COUNTED = 10_000

/** A line as the API shows it. */
export const toAuditLine = (row: AuditRow): AuditLine => ({
  seq: row.seq,
  at: row.at.toISOString(),
  actor: { kind: row.actor_kind as AuditLine['actor']['kind'], id: row.actor_id, name: row.actor_name },
  source: row.source,
  action: row.action,
  cluster: row.cluster_id,
  target: row.target,
  allowed: row.allowed,
  because: row.because,
  status: row.status,
  requestId: row.request_id,
  durationMs: row.duration_ms,
  hash: row.hash,
})

/** Lines newest first, before line `before`: one more than asked for where there are more. */
export async function readAudit(
  { store: { db } }: { store: Pick<Store, 'db'> },
  { action, actor, since, until, limit }: Omit<AuditQuery, 'continue'>,
  before: number | undefined,
): Promise<{ rows: AuditRow[]; total: number }> {
  const date = (text: string | undefined) => (text === undefined ? undefined : new Date(text))
  const filter = { action, actor, since: date(since), until: date(until) }
  const rows = await listAudit(db, { ...filter, limit: limit + 1, before })
  return { rows, total: await countAudit(db, filter, LINES_COUNTED + 1) }
}
