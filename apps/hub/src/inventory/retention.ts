import { sweepEvents } from '../store/events.ts'
import { sortInEntries } from '../store/inventory.ts'
import { COARSE_STEP, FINE_STEP, sweepSamples } from '../store/samples.ts'
import type { QueryDeps } from './deps.ts'
import { COARSE_KEPT_MS, EVENTS_KEPT_MS, FINE_KEPT_MS, SWEEP_EVERY_MS } from './limits.ts'

/** How long things of the past are kept. */
export interface RetentionSettings {
  /** ms */
  eventsKeptMs?: number
}

/** Forgets events and samples that are old enough. Running it twice, or on two replicas at once, does no harm. */
export async function sweepPast({ store: { db }, now }: QueryDeps, settings: RetentionSettings = {}): Promise<void> {
  const before = (ms: number) => new Date(now().getTime() - ms)
  await sweepEvents(db, before(settings.eventsKeptMs ?? EVENTS_KEPT_MS))
  await sweepSamples(db, FINE_STEP, before(FINE_KEPT_MS))
  await sweepSamples(db, COARSE_STEP, before(COARSE_KEPT_MS))
  await sortInEntries(db)
}

/** Sweeps now and then until disposed of. One per hub. */
export function startRetention(
  deps: QueryDeps & { warn: (message: string, error: unknown) => void },
  settings: RetentionSettings = {},
): AsyncDisposable {
  let sweeping = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    sweeping = sweepPast(deps, settings)
      .catch(error => deps.warn('Old events and samples could not be swept.', error))
      .finally(() => {
        busy = false
      })
  }, SWEEP_EVERY_MS)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await sweeping
    },
  }
}
