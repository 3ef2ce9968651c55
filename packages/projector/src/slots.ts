/** Lets a few do something at a time; the others wait in the order of asking. */
export interface Slots {
  /** Waits for a slot. Rejects when the signal aborts. */
  take(signal: AbortSignal): Promise<void>
  release(): void
}

export function slots(count: number): Slots {
  let free = count
  const waiting: (() => void)[] = []
  return {
    async take(signal) {
      signal.throwIfAborted()
      if (free > 0) {
        free -= 1
        return
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const abort = () => {
        const at = waiting.indexOf(resolve)
        // It has its slot already, and nobody else is to lose their place for it.
        if (at < 0) return
        waiting.splice(at, 1)
        reject(signal.reason)
      }
      waiting.push(resolve)
      signal.addEventListener('abort', abort, { once: true })
      await promise
      signal.removeEventListener('abort', abort)
    },
    release() {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    },
  }
}
