import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import { appendAudit } from '../store/audit.ts'
import type { Store } from '../store/store.ts'

/** What the audit log keeps of one request. Nothing in it is secret: neither bodies nor credentials get here. */
export interface AuditEntry {
  /** null where the request had no valid credential. */
  who: Identity | null
  /** Address that the request came from. */
  source: string
  /** Name of the operation, such as `clusters.connect`. */
  action: string
  clusterId: string | null
  /** What it was about, in the words of the request, such as `clusters/alpha`. */
  target: string
  allowed: boolean
  because: string
  /** HTTP status of the answer; null on the line that is written before the action. */
  status: number | null
  requestId: string
  durationMs: number | null
}

/** The append-only, hash-chained record of who did what. */
export interface Audit {
  /** Resolves once the entry is stored; rejects with `unavailable` when it can't be. */
  record(entry: AuditEntry): Promise<void>
}

/** Longer values are cut: they come from requests. */
const MAX_CHARS = 500

const cut = (text: string): string => (text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text)

/** An entry as it is stored. */
export const toAuditRow = (entry: AuditEntry, at: Date) => ({
  at,
  actor_kind: entry.who?.kind ?? 'anonymous',
  actor_id: entry.who?.id ?? '',
  actor_name: entry.who?.name ?? '',
  source: entry.source,
  action: entry.action,
  cluster_id: entry.clusterId,
  target: cut(entry.target),
  allowed: entry.allowed,
  because: cut(entry.because),
  status: entry.status,
  request_id: entry.requestId,
  duration_ms: entry.durationMs,
})

export function openAudit(deps: { store: Pick<Store, 'db'>; now: () => Date }): Audit {
  return {
    async record(entry) {
      try {
        await appendAudit(deps.store.db, toAuditRow(entry, deps.now()))
      } catch (error) {
        throw new MoorageError('unavailable', 'The audit log can not be written, so nothing may be changed now.', {
          fix: 'Look at the hub’s database: its log has the reason. Reading goes on working.',
          cause: error,
        })
      }
    },
  }
}
