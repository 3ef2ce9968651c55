/** Time as an argument, so that tests decide about it. */
export interface Clock {
  /** ms since some fixed moment; never goes backwards. */
  now(): number
  /** Calls `fn` once after `ms`; the returned function takes that back. */
  after(ms: number, fn: () => void): () => void
}

/** The machine's. Its timers do not keep the process alive: what they look after does. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms).unref()
    return () => clearTimeout(timer)
  },
}
