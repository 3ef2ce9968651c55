import type { Clock } from '../src/clock.ts'

/** A clock that goes only when it is told to. */
export class ManualClock implements Clock {
  #now = 0
  readonly #timers = new Set<{ at: number; fn: () => void }>()

  now(): number {
    return this.#now
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  get waiting(): number {
    return this.#timers.size
  }

  /** Time passes, and nothing of this process runs. */
  standStill(ms: number): void {
    this.#now += ms
  }

  /** Goes on, timer by timer, and lets what they began take its turn. */
  async go(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      const due = [...this.#timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#timers.delete(due)
      this.#now = Math.max(this.#now, due.at)
      due.fn()
      await settled()
    }
    this.#now = end
    await settled()
  }
}

/** Lets everything run that is ready to. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn += 1) await new Promise<void>(resolve => setImmediate(resolve))
}
