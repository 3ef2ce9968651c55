import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import { appendAudits } from '../store/audit.ts'
import type { AuditEntry as StoredEntry } from '../store/audit-hash.ts'
import type { Store } from '../store/store.ts'

/** What is known of a request beyond who asked for what, and how it ended. */
export interface AuditDetail {
  /** The credential: `token/<id>` or `session/<id>`, after the way by which a request to a cluster came where that is not the usual one. */
  via?: string
  /** What the member was told whose request it is; null where only the connection’s own name. */
  actsAs?: string | null
  /** What the client calls itself. */
  client?: string
  verb?: string
  apiGroup?: string
  resource?: string
  subresource?: string | null
  namespace?: string | null
  name?: string | null
  /** Name of the binding that decided. */
  binding?: string | undefined
  bytesIn?: number
  bytesOut?: number
  /** Id of the recording of the session. */
  recording?: string | null
}

/** What the audit log keeps of one request. Nothing in it is secret: neither bodies nor credentials get here. */
export interface AuditEntry extends AuditDetail {
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

/** What becomes of a request whose line can not be stored. */
export type OnAuditFailure = 'refuse' | 'allow'

/** The append-only, hash-chained record of who did what. */
export interface Audit {
  /** Resolves once the entry is stored; rejects with `audit_unavailable` when it can't be, unless that is to be allowed. */
  record(entry: AuditEntry): Promise<void>
}

/** Longer values are cut: they come from requests. */
const MAX_CHARS = 500

/** PostgreSQL takes no NUL, and a lone surrogate is no text. */
const cut = (text: string): string => {
  const plain = text.replaceAll('\0', '').toWellFormed()
  return plain.length > MAX_CHARS ? `${plain.slice(0, MAX_CHARS).toWellFormed()}…` : plain
}

const cutOrNull = (text: string | null | undefined) => (text === null || text === undefined ? null : cut(text))

/** An entry as it is stored. */
export const toAuditRow = (entry: AuditEntry, at: Date): StoredEntry => ({
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
  via: entry.via ?? null,
  acts_as: cutOrNull(entry.actsAs),
  client: cutOrNull(entry.client),
  verb: cutOrNull(entry.verb),
  api_group: cutOrNull(entry.apiGroup),
  resource: cutOrNull(entry.resource),
  subresource: cutOrNull(entry.subresource),
  namespace: cutOrNull(entry.namespace),
  name: cutOrNull(entry.name),
  binding: cutOrNull(entry.binding),
  bytes_in: entry.bytesIn ?? null,
  bytes_out: entry.bytesOut ?? null,
  recording: entry.recording ?? null,
})

/** The refusal of what has to be audited, and can not be. */
export const auditUnavailable = (cause?: unknown): MoorageError =>
  new MoorageError(
    'audit_unavailable',
    'The audit log can not be written, so nothing may be changed and no cluster be reached now.',
    { fix: 'Look at the hub’s database: its log has the reason. Reading from the hub goes on working.', cause },
  )

export interface AuditDeps {
  store: Pick<Store, 'db'>
  now: () => Date
  onFailure?: OnAuditFailure
  /** Told of lines that are missing in the log, where that is allowed. */
  lost?: (error: unknown) => void
}

/** Lines that are stored in one transaction. */
const AT_ONCE = 1_000

interface Waiting extends PromiseWithResolvers<void> {
  line: StoredEntry
}

/** Lines that come while others are being stored go into one transaction together, which is stored when each of them is. */
export function openAudit({ store, now, onFailure = 'refuse', lost = () => {} }: AuditDeps): Audit {
  let waiting: Waiting[] = []
  let storing = false
  const storeAll = async () => {
    storing = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, AT_ONCE)
      waiting = waiting.slice(AT_ONCE)
      try {
        const lines = batch.map(({ line }) => line)
        await appendAudits(store.db, lines)
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    storing = false
  }
  return {
    async record(entry) {
      try {
        const mine = { ...Promise.withResolvers<void>(), line: toAuditRow(entry, now()) }
        waiting.push(mine)
        if (!storing) void storeAll()
        await mine.promise
      } catch (error) {
        if (onFailure === 'refuse') throw auditUnavailable(error)
        lost(error)
      }
    },
  }
}
