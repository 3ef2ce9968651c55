export interface BelievedOptions {
  /** ms for which an answer is believed, from when it was asked for. */
  forMs: number
  /** Answers that are remembered; the one that was asked for first goes first. */
  most: number
  /** ms. */
  clock: () => number
}

/** From this part of its time on an answer is asked for anew while it is believed still: who asks often never waits. */
const ASK_AHEAD = 3 / 4

interface Kept<T> {
  value: Promise<T>
  at: number
  /** What is believed until this one is answered. */
  before: Kept<T> | null
}

/** Remembers answers for a moment. Failures are not remembered. */
export class Believed<T> {
  readonly #options: BelievedOptions
  readonly #kept = new Map<string, Kept<T>>()

  constructor(options: BelievedOptions) {
    this.#options = options
  }

  /** The answer that is believed, or else that of `ask`. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#options.clock()
    const last = this.#kept.get(key)
    if (last === undefined) return this.#ask(key, ask, now, null)
    const { before } = last
    if (before !== null && this.#isNewer(before, now, 1)) return before.value
    if (this.#isNewer(last, now, before === null ? ASK_AHEAD : 1)) return last.value
    return this.#ask(key, ask, now, this.#isNewer(last, now, 1) ? last : null)
  }

  /** Also of what is being asked: it is not believed once it comes. */
  forget(key: string): void {
    this.#kept.delete(key)
  }

  forgetAll(): void {
    this.#kept.clear()
  }

  /** A clock that was put back makes nothing good for longer. */
  #isNewer({ at }: Kept<T>, now: number, part: number): boolean {
    return now >= at && now < at + this.#options.forMs * part
  }

  #ask(key: string, ask: () => Promise<T>, now: number, before: Kept<T> | null): Promise<T> {
    const mine: Kept<T> = { value: ask(), at: now, before }
    // Kept in the order of their age, so that the first is the oldest.
    this.#kept.delete(key)
    this.#kept.set(key, mine)
    const answered = () => {
      mine.before = null
    }
    const failed = () => {
      if (this.#kept.get(key) === mine) this.#kept.delete(key)
    }
    mine.value.then(answered, failed)
    const oldest = this.#kept.keys().next().value
    if (this.#kept.size > this.#options.most && oldest !== undefined) this.#kept.delete(oldest)
    return (before ?? mine).value
  }
}
