import { setTimeout as sleep } from 'node:timers/promises'
import { fullJitter } from '@moorage/kube/back-off.ts'
import { HubRefusal } from './hub/refusal.ts'
import { JOIN_BACK_OFF, REFUSED_MS } from './limits.ts'

export interface Retrying {
  failed(error: unknown): void
  /** In [0, 1). */
  random(): number
  signal: AbortSignal
  /** The machine's timer when left out. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

const byTimer = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal })

/**
 * Does the work until it succeeds, with pauses in full jitter, longer where the
 * hub has said no for good or asks for more. Rejects only when the signal aborts, with its reason.
 */
export async function untilDone<T>(
  work: () => Promise<T>,
  { failed, random, signal, wait = byTimer }: Retrying,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      failed(error)
      const final = error instanceof HubRefusal && error.final
      const asked = error instanceof HubRefusal ? Math.min(error.retryAfterMs ?? 0, REFUSED_MS) : 0
      const own = final ? REFUSED_MS * (0.5 + random() / 2) : fullJitter(attempt, random(), JOIN_BACK_OFF)
      // Rejects only when the signal aborts, and the loop sees that.
      await wait(asked + own, signal).catch(() => {})
    }
  }
}
