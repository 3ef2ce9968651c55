import { setTimeout as delay } from 'node:timers/promises'

/** ms; how long `eventually` tries when nothing is said. */
const WITHIN = 10_000
/** ms; between two tries. Short enough not to slow tests down, long enough to leave the machine to others. */
const EVERY = 50

/** How long to try, and how often. */
export interface EventuallyOptions {
  /** ms. */
  within?: number
  /** ms between two tries. */
  every?: number
  signal?: AbortSignal
}

/** Thrown when the time is up; the message carries the last failure and `cause` is it. */
export class NotEventually extends Error {
  readonly code = 'not_eventually'
  constructor(within: number, tries: number, last: unknown) {
    const reason = last instanceof Error ? last.message : `it returned ${String(last)}`
    super(`not so within ${within} ms (${tries} tries); the last one failed: ${reason}`, { cause: last })
    this.name = 'NotEventually'
  }
}

/**
 * Calls `fn` until it neither throws nor returns `false`, and resolves with what
 * it returned. The signal that `fn` gets fires when the time is up, so that a
 * try that hangs does not outlive the deadline.
 */
export async function eventually<T>(
  fn: (signal: AbortSignal) => T | Promise<T>,
  { within = WITHIN, every = EVERY, signal }: EventuallyOptions = {},
): Promise<Exclude<T, false>> {
  const timeUp = new AbortController()
  const timer = setTimeout(() => timeUp.abort(new Error(`a try still ran when ${within} ms were over`)), within)
  const stop = signal ? AbortSignal.any([signal, timeUp.signal]) : timeUp.signal
  let last: unknown = new Error('it was never tried')
  let tries = 0
  try {
    while (!stop.aborted) {
      tries++
      try {
        const value = await orAborted(fn(stop), stop)
        if (value !== false) return value as Exclude<T, false>
        last = false
      } catch (error) {
        // The abort says less than the failure before it, unless there was none.
        if (!stop.aborted || tries === 1) last = error
      }
      await delay(every, undefined, { signal: stop }).catch(() => {}) // the loop's condition ends it
    }
    if (signal?.aborted) throw signal.reason
    throw new NotEventually(within, tries, last)
  } finally {
    clearTimeout(timer)
  }
}

async function orAborted<T>(value: T | Promise<T>, signal: AbortSignal): Promise<T> {
  if (!(value instanceof Promise)) return value
  let abort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([value, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
