import type { ConnectionEvent } from '@moorage/contract/agent.ts'
import { insertConnectionEvents, sweepConnectionEvents } from '../store/connection-events.ts'
import type { Store } from '../store/store.ts'
import {
  EVENTS_BURST,
  EVENTS_KEPT,
  EVENTS_KEPT_MS,
  EVENTS_PER_SECOND,
  FLUSH_EVERY_MS,
  MAX_EVENTS_WAITING,
  REFUSAL_EVERY_MS,
  SWEEP_EVENTS_EVERY_MS,
} from './limits.ts'
import { rateOf } from './rate.ts'

/** Keeps what happens to clusters' connections, within bounds. */
export interface Events extends AsyncDisposable {
  record(clusterId: string, event: Omit<ConnectionEvent, 'at' | 'replica'>): void
}

export interface EventsDeps {
  store: Pick<Store, 'db'>
  replica: string
  now: () => Date
  warn: (message: string, error: unknown) => void
}

/** Writes events in batches, as thousands of agents may come back at once. Never holds anybody up. */
export function startEvents({ store, replica, now, warn }: EventsDeps): Events {
  let waiting: { clusterId: string; event: ConnectionEvent }[] = []
  const refusals = new Map<string, number>()
  const rate = rateOf(EVENTS_BURST, EVENTS_PER_SECOND, () => now().getTime())
  let writing = Promise.resolve()

  const write = async () => {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    await insertConnectionEvents(store.db, batch).catch(error => warn('Connection events could not be kept.', error))
  }
  const flush = () => {
    writing = writing.then(write)
    return writing
  }
  const sweep = () => {
    refusals.clear()
    const before = new Date(now().getTime() - EVENTS_KEPT_MS)
    writing = writing
      .then(() => sweepConnectionEvents(store.db, before, EVENTS_KEPT))
      .catch(error => warn('Old connection events could not be let go.', error))
  }
  const timers = [setInterval(() => void flush(), FLUSH_EVERY_MS), setInterval(sweep, SWEEP_EVENTS_EVERY_MS)]
  for (const timer of timers) timer.unref()

  return {
    record: (clusterId, event) => {
      const at = now()
      if (event.type === 'refused') {
        const key = `${clusterId} ${event.reason}`
        if (at.getTime() - (refusals.get(key) ?? Number.NEGATIVE_INFINITY) < REFUSAL_EVERY_MS) return
        refusals.set(key, at.getTime())
      }
      if (waiting.length >= MAX_EVENTS_WAITING || !rate.allows(clusterId)) return
      waiting.push({ clusterId, event: { ...event, at: at.toISOString(), replica } })
    },
    [Symbol.asyncDispose]: async () => {
      for (const timer of timers) clearInterval(timer)
      await flush()
    },
  }
}
