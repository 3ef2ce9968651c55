import { setTimeout as delay } from 'node:timers/promises'

/** How long a removal waits; ms. */
export interface Timing {
  /** For an object to be gone once it was deleted. A namespace takes longest: its controller looks through it. */
  goneWithin: number
  /** For a delete that is refused for now: overload, a restart, a webhook that does not answer. */
  retryFor: number
  /** For a finalizer of ours to be done with by whoever is to do so, before it is taken away. */
  finalizerPatience: number
}

export const DEFAULT_TIMING: Timing = { goneWithin: 60_000, retryFor: 20_000, finalizerPatience: 5_000 }

/** ms; the first look, and the longest time between two. */
const FIRST = 50
const LONGEST = 1_000

/**
 * Asks again and again until the answer is not `undefined`, a little less
 * often each time. `null` when the time is up.
 */
export async function until<T>(
  within: number,
  signal: AbortSignal,
  ask: (waitedMs: number) => Promise<T | undefined>,
): Promise<T | null> {
  const started = performance.now()
  for (let wait = FIRST; ; wait = Math.min(wait * 1.5, LONGEST)) {
    const answer = await ask(performance.now() - started)
    if (answer !== undefined) return answer
    const left = within - (performance.now() - started)
    if (left <= 0) return null
    await delay(Math.min(wait, left), undefined, { signal })
  }
}
