import type { Change } from '@moorage/contract/hub.ts'
import { type Io, note } from '../io.ts'
import { pause } from '../pause.ts'
import type { Hub } from './open.ts'

/** ms; changes within it are answered by one look, so that a storm of them does not become a storm of requests. */
const GATHER = 300

/**
 * Calls `look` once, and then after each change that is `wanted`, until Ctrl-C.
 * A hub that goes away is waited for; what was missed is seen by the look after.
 */
export async function follow(
  io: Io,
  hub: Hub,
  wanted: (change: Change) => boolean,
  look: () => Promise<void>,
): Promise<void> {
  // The first look fails at once where the hub says no or is not there: nothing is worth waiting for then.
  await look()
  const { changes } = await import('@moorage/client/changes.ts')
  let away = false
  let wake: (() => void) | undefined
  let dirty = false
  let failure: unknown
  const touch = () => {
    dirty = true
    wake?.()
  }
  const ended = new AbortController()
  const signal = AbortSignal.any([io.signal, ended.signal])
  const options = {
    signal,
    connected: () => {
      if (away) note(io, 'The hub is back.')
      away = false
      touch()
    },
    lost: (error: unknown) => {
      if (!away && !signal.aborted) note(io, `${sentence(error)} Waiting for the hub; Ctrl-C ends.`)
      away = true
    },
  }
  const reading = (async () => {
    for await (const change of changes(hub.api, options)) if (wanted(change)) touch()
  })()
    .catch(error => {
      failure = error
    })
    .finally(() => ended.abort())
  try {
    while (!signal.aborted) {
      if (!dirty) await untilWoken()
      await pause(GATHER, signal).catch(() => {}) // Ctrl-C while gathering ends the loop above
      if (signal.aborted) break
      dirty = false
      await look().catch(error => {
        // The stream notices the same outage and looks again when it is over.
        if (!isAway(error)) throw error
      })
    }
  } finally {
    ended.abort()
    await reading
  }
  if (failure !== undefined && !io.signal.aborted) throw failure

  function untilWoken(): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        wake = undefined
        signal.removeEventListener('abort', done)
        resolve()
      }
      wake = done
      signal.addEventListener('abort', done)
      if (dirty || signal.aborted) done()
    })
  }
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Whether the hub is not there for now, in contrast to one that says no. The client says so itself. */
const isAway = (error: unknown) => error instanceof Error && 'retryable' in error && error.retryable === true
