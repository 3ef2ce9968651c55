import type { AuditFilters, AuditLine } from '@moorage/contract/audit.ts'
import type { AuditRow } from '../store/audit-hash.ts'
import { type AuditCursor, type AuditFilter, type AuditSight, countAudit, listAudit } from '../store/audit-search.ts'
import { findClusterTarget } from '../store/cluster-target.ts'
import type { Store } from '../store/store.ts'

type Deps = { store: Pick<Store, 'db'> }

/** Lines that a page counts at most: of a log of millions, nobody asks how many there are. */
const LINES_COUNTED = 1_000

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
  via: row.via,
  actsAs: row.acts_as,
  client: row.client,
  verb: row.verb,
  apiGroup: row.api_group,
  resource: row.resource,
  subresource: row.subresource,
  namespace: row.namespace,
  name: row.name,
  binding: row.binding,
  bytesIn: row.bytes_in,
  bytesOut: row.bytes_out,
  recording: row.recording,
  hash: row.hash,
})

const date = (text: string | undefined) => (text === undefined ? undefined : new Date(text))

/** `404`, or `4xx`: from and to. */
const statusRange = (status: string): [number, number] =>
  status.endsWith('xx') ? [Number(status[0]) * 100, Number(status[0]) * 100 + 99] : [Number(status), Number(status)]

/** What the lines are looked for by, in the store's words. A cluster that is gone is still found by its id. */
export async function auditFilter({ store }: Deps, asked: AuditFilters): Promise<AuditFilter> {
  const { action, actor, cluster, verb, resource, namespace, name, status, outcome, request, since, until } = asked
  const found = cluster === undefined ? undefined : await findClusterTarget(store.db, cluster)
  return {
    ...{ action, actor, verb, resource, namespace, name, request },
    clusters: cluster === undefined ? undefined : [found?.id ?? cluster],
    status: status === undefined ? undefined : statusRange(status),
    allowed: outcome === undefined ? undefined : outcome === 'allowed',
    since: date(since),
    until: date(until),
  }
}

/** Lines newest first, before a place: one more than asked for where there are more. */
export async function readAudit(
  deps: Deps,
  { limit, ...asked }: AuditFilters & { limit: number },
  { before, sight }: { before: AuditCursor | undefined; sight: AuditSight | undefined },
): Promise<{ rows: AuditRow[]; total: number }> {
  const { db } = deps.store
  const filter = { ...(await auditFilter(deps, asked)), sight }
  const rows = await listAudit(db, { ...filter, limit: limit + 1, before })
  const all = before === undefined && rows.length <= limit
  return { rows, total: all ? rows.length : await countAudit(db, filter, LINES_COUNTED + 1) }
}
