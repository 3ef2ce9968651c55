/** First wait after a lost stream. */
const FIRST_MS = 500
/** Longest wait: a hub that comes back is noticed within this. */
const LONGEST_MS = 15_000

/** How long to wait before try number `attempt` (from 0), with full jitter so that clients do not come back at once. */
export function backOffMs(attempt: number, random: () => number): number {
  return Math.round(random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16)))
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
