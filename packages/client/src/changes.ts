import type { Change } from '@moorage/contract/hub.ts'
import { backOffMs, pause } from './back-off.ts'
import type { MoorageClient } from './client.ts'
import { ProblemError } from './problem-error.ts'

/** The hub pings every 15 s; after nearly three missed ones the connection counts as lost. */
const SILENCE_MS = 40_000

export interface ChangesOptions {
  signal: AbortSignal
  /** Called each time the stream is up. Changes before that were missed: read everything again. */
  connected?: (() => void) | undefined
  /** Called when the stream is lost, or did not come up. */
  lost?: ((error: unknown, retryInMs: number) => void) | undefined
  random?: (() => number) | undefined
  silenceMs?: number | undefined
}

/**
 * Follows the hub's changes without end, over reconnects. Pings are left out.
 * Ends when the signal aborts; throws only when the hub refuses for good,
 * such as with 401 after the token was revoked.
 */
export async function* changes(client: MoorageClient, options: ChangesOptions): AsyncGenerator<Change, void> {
  const { signal, random = Math.random, silenceMs = SILENCE_MS } = options
  let attempt = 0
  while (!signal.aborted) {
    const silence = new AbortController()
    const restartTimer = () => setTimeout(() => silence.abort(new Error('The hub fell silent.')), silenceMs)
    let timer = restartTimer()
    let failure: unknown = new Error('The hub ended the stream.')
    try {
      const stream = await client.hub.changes(undefined, { signal: AbortSignal.any([signal, silence.signal]) })
      let up = false
      for await (const change of stream) {
        // Stopped while the consumer is busy: its slowness is not the hub's silence.
        clearTimeout(timer)
        if (!up) {
          up = true
          attempt = 0
          options.connected?.()
        }
        if (change.type !== 'ping') yield change
        if (signal.aborted) return
        timer = restartTimer()
      }
    } catch (error) {
      if (error instanceof ProblemError && !error.retryable) throw error
      failure = silence.signal.aborted ? silence.signal.reason : error
    } finally {
      clearTimeout(timer)
      // Lets go of the connection when the consumer stops in the middle.
      silence.abort(new Error('The stream is no longer needed.'))
    }
    if (signal.aborted) return
    const asked = failure instanceof ProblemError ? (failure.retryAfterSeconds ?? 0) * 1000 : 0
    const wait = Math.max(asked, backOffMs(attempt, random))
    attempt += 1
    options.lost?.(failure, wait)
    await pause(wait, signal)
  }
}
