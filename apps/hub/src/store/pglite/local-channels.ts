/** `notify` and `listen` where there is one process: nothing has to leave it. */
export class LocalChannels {
  readonly #listeners = new Map<string, Set<(payload: string) => void>>()

  async notify(channel: string, payload: string): Promise<void> {
    for (const heard of this.#listeners.get(channel) ?? []) queueMicrotask(() => heard(payload))
  }

  async listen(channel: string, heard: (payload: string) => void): Promise<AsyncDisposable> {
    // A function of its own, so that one listener may listen twice.
    const listener = (payload: string) => heard(payload)
    const listeners = this.#listeners.get(channel) ?? new Set()
    this.#listeners.set(channel, listeners.add(listener))
    return {
      [Symbol.asyncDispose]: async () => {
        listeners.delete(listener)
      },
    }
  }
}
