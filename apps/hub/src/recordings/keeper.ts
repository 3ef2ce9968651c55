import { randomUUID } from 'node:crypto'
import { endForgotten, sweepRecordings } from '../store/recordings.ts'
import type { Store } from '../store/store.ts'
import { ALIVE_EVERY_MS } from './recorder.ts'

/** As much of the audit as sweeping needs. */
interface Told {
  record(entry: {
    who: { kind: 'system'; id: string; name: string; groups: string[] }
    source: string
    action: string
    clusterId: null
    target: string
    allowed: true
    because: string
    status: number
    requestId: string
    durationMs: null
  }): Promise<void>
}

export interface RecordingKeeperDeps {
  store: Pick<Store, 'db'>
  audit: Told
  now: () => Date
  warn: (message: string, error: unknown) => void
}

/** A recording that has said nothing for this long has lost its hub, in ms. */
const FORGOTTEN_MS = 4 * ALIVE_EVERY_MS
/** How often is looked, in ms. */
const SWEEP_EVERY_MS = 60_000

/** Ends recordings whose hub is gone, and deletes those that are older than `keptMs`. */
export async function sweepOldRecordings({ store: { db }, audit, now }: RecordingKeeperDeps, keptMs: number) {
  const at = now().getTime()
  await endForgotten(db, new Date(at - FORGOTTEN_MS))
  const before = new Date(at - keptMs)
  const gone = await sweepRecordings(db, before)
  if (gone.length === 0) return
  await audit.record({
    who: { kind: 'system', id: 'retention', name: 'retention', groups: [] },
    source: '',
    action: 'recordings.prune',
    clusterId: null,
    target: 'recordings',
    allowed: true,
    because: `${gone.length} recordings from before ${before.toISOString()} were deleted, as the hub’s settings say.`,
    status: 200,
    requestId: randomUUID(),
    durationMs: null,
  })
}

/** Does so until disposed of. */
export function keepRecordings(deps: RecordingKeeperDeps, { keptMs }: { keptMs: number }): AsyncDisposable {
  let busy: Promise<void> | null = null
  const timer = setInterval(() => {
    busy ??= sweepOldRecordings(deps, keptMs)
      .catch(error => deps.warn('Old recordings could not be swept.', error))
      .finally(() => {
        busy = null
      })
  }, SWEEP_EVERY_MS)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await busy
    },
  }
}
