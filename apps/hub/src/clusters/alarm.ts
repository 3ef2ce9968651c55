/** A sleep that can be cut short: by a ring, also one that came before it, or by a signal. */
export class Alarm {
  #rung = false
  #wake = () => {}

  ring(): void {
    this.#rung = true
    this.#wake()
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      const end = () => resolve()
      const timer = setTimeout(end, ms)
      signal.addEventListener('abort', end)
      await promise
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    }
    this.#rung = false
  }
}
