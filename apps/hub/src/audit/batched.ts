import { appendAudits } from '../store/audit.ts'
import type { Store } from '../store/store.ts'
import { type AuditEntry, type OnAuditFailure, toAuditRow } from './audit.ts'

/** The audit of what changes nothing: too many for a transaction each. A failed batch is tried again with the next one. */
export interface BatchedAudit extends AsyncDisposable {
  /** Whether lines are being stored. Where they are not, nothing more may be let through. */
  readonly writes: boolean
  /** Keeps a line to be stored with the next batch. */
  note(entry: AuditEntry): void
}

export interface BatchedAuditDeps {
  store: Pick<Store, 'db'>
  now: () => Date
  onFailure?: OnAuditFailure
  failed: (error: unknown) => void
}

/** Between batches, in ms: what a hub that is killed may not have written down of reads. */
const EVERY_MS = 200

/** Lines in one statement: 30 parameters each, of the 65,535 that PostgreSQL takes. */
const AT_ONCE = 1_000

/** Lines that wait while the store is slow. Beyond, nothing more is let through. */
const MAX_WAITING = 20_000

/** Lines of requests that were under way when the bound was reached. */
const LATECOMERS = 20_000

export function batchAudit({ store, now, failed, onFailure = 'refuse' }: BatchedAuditDeps): BatchedAudit {
  let waiting: ReturnType<typeof toAuditRow>[] = []
  let writes = true
  let busy: Promise<void> | null = null

  const write = async () => {
    try {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, AT_ONCE)
        await appendAudits(store.db, batch)
        waiting = waiting.slice(batch.length)
        writes = true
      }
    } catch (error) {
      writes = false
      failed(error)
    }
  }
  const flush = () => {
    busy ??= write().finally(() => {
      busy = null
    })
    return busy
  }
  const timer = setInterval(() => {
    if (waiting.length > 0) void flush()
  }, EVERY_MS)
  timer.unref()

  return {
    get writes() {
      return onFailure === 'allow' || (writes && waiting.length < MAX_WAITING)
    },
    note(entry) {
      // What was let through before they were too many still has its place; without a bound only where that is allowed.
      if (waiting.length < MAX_WAITING + LATECOMERS) waiting.push(toAuditRow(entry, now()))
      else failed(new Error('A line is lost: too many wait to be written to the audit log.'))
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await flush()
      if (waiting.length > 0) await flush()
    },
  }
}
