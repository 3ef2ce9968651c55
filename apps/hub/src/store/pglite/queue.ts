import { StoreError } from '../store-error.ts'

/** Longer than any statement of ours takes; reached only by a transaction that waits for itself. */
const ACQUIRE_TIMEOUT_MS = 120_000

/**
 * Hands the one connection to one user after the other, in the order of asking.
 * A transaction holds it from begin to commit, so nobody's statement gets into another's transaction.
 */
export class Queue {
  #held = false
  #waiting: { start: () => void; fail: (error: Error) => void }[] = []
  #stopped: Error | null = null
  readonly #timeoutMs: number

  constructor(timeoutMs = ACQUIRE_TIMEOUT_MS) {
    this.#timeoutMs = timeoutMs
  }

  get waiting(): number {
    return this.#waiting.length
  }

  async acquire(): Promise<void> {
    if (this.#stopped) throw this.#stopped
    if (!this.#held) {
      this.#held = true
      return
    }
    await new Promise<void>((resolve, reject) => {
      const entry = {
        start: () => {
          clearTimeout(timer)
          resolve()
        },
        fail: (error: Error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter(other => other !== entry)
        const seconds = this.#timeoutMs / 1000
        reject(
          new StoreError(
            'database_busy',
            `The database was held by one transaction for ${seconds} s; code inside a transaction must use the transaction, not the store.`,
          ),
        )
      }, this.#timeoutMs)
      timer.unref()
      this.#waiting.push(entry)
    })
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next) next.start()
    else this.#held = false
  }

  /** Everyone who waits, and everyone who comes later, gets `error`. */
  stop(error: Error): void {
    this.#stopped = error
    for (const entry of this.#waiting.splice(0)) entry.fail(error)
  }
}
