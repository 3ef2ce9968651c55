import { setTimeout as sleep } from 'node:timers/promises'

/** When what was gathered is passed on. */
export interface GatherLimits {
  /** At this size or more. */
  size: number
  /** At latest this long after its first part, in ms. */
  ms: number
}

/** How messages are put together. */
export interface Gathering<T> {
  /** 0 for a message that is passed on at once. */
  size: (message: T) => number
  /** `next` taken into `held`, or null where it does not fit. */
  merge: (held: T, next: T) => T | null
}

interface Held<T> {
  message: T
  due: Promise<null>
  timer: AbortController
}

/**
 * Passes messages on in their order, but puts neighbours of one sort together.
 * One message is read ahead, so that the source works while the reader does.
 */
export async function* gather<T>(
  source: AsyncIterable<T>,
  limits: GatherLimits,
  { size, merge }: Gathering<T>,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]()
  const ask = () => {
    const asked = iterator.next()
    // It may fail while the reader is busy; the error is met when it is waited for.
    asked.catch(() => {})
    return asked
  }
  /** What waits for more, and until when. */
  const waiting: { held: Held<T> | null } = { held: null }
  const letGo = (): T[] => {
    const { held } = waiting
    held?.timer.abort()
    waiting.held = null
    return held === null ? [] : [held.message]
  }
  const hold = (message: T) => {
    if (waiting.held !== null) {
      waiting.held.message = message
      return
    }
    const timer = new AbortController()
    waiting.held = { message, timer, due: sleep(limits.ms, null, { signal: timer.signal }).catch(() => null) }
  }
  try {
    let next = ask()
    for (;;) {
      const { held } = waiting
      const got = held === null ? await next : await Promise.race([next, held.due])
      if (got === null) {
        yield* letGo()
        continue
      }
      if (got.done) break
      next = ask()
      const together = held === null ? null : merge(held.message, got.value)
      if (together === null) yield* letGo()
      const current = together ?? got.value
      if (size(current) > 0 && size(current) < limits.size) {
        hold(current)
      } else {
        letGo()
        yield current
      }
    }
    yield* letGo()
  } finally {
    letGo()
    await iterator.return?.()
  }
}
