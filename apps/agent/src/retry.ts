import { setTimeout as sleep } from 'node:timers/promises'
import { fullJitter } from '@moorage/kube/back-off.ts'
import { HubRefusal } from './hub/refusal.ts'
import { JOIN_BACK_OFF, REFUSED_MS } from './limits.ts'

/**
 * Does the work until it succeeds, with pauses in full jitter, longer where the
 * hub has said no for good. Rejects only when the signal aborts, with its reason.
 */
export async function untilDone<T>(
  work: () => Promise<T>,
  { failed, random, signal }: { failed(error: unknown): void; random(): number; signal: AbortSignal },
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      failed(error)
      const pause =
        error instanceof HubRefusal && error.final
          ? REFUSED_MS * (0.5 + random() / 2)
          : fullJitter(attempt, random(), JOIN_BACK_OFF)
      await sleep(pause, undefined, { signal }).catch(() => {})
    }
  }
}
