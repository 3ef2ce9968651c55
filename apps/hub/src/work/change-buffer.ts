import type { Change } from '@moorage/contract/hub.ts'

/** Clusters beyond this many at once become one change without a cluster, which means: look at everything again. */
const MAX_CHANGES = 10_000

/** Something may have changed that was not told: whoever hears this reads again what they show. */
export const anything = (at: string): Change => ({ type: 'cluster', cluster: '', name: '', kinds: [], at })

/** Changes that wait, merged: one of each type and cluster, in the order in which they first came. */
export class ChangeBuffer {
  #changes = new Map<string, Change>()

  get size(): number {
    return this.#changes.size
  }

  add(change: Change): void {
    const key = `${change.type} ${change.cluster}`
    const known = this.#changes.get(key)
    if (!known && this.#changes.size >= MAX_CHANGES) this.#changes = new Map([['', anything(change.at)]])
    else this.#changes.set(key, known ? merge(known, change) : change)
  }

  /** Everything that waits; the buffer is empty after it. */
  take(): Change[] {
    const changes = [...this.#changes.values()]
    this.#changes = new Map()
    return changes
  }

  /** One after the other; what is added meanwhile is merged or comes too. */
  *drain(): Generator<Change> {
    for (const [key, change] of this.#changes) {
      this.#changes.delete(key)
      yield change
    }
  }
}

const merge = (old: Change, newer: Change): Change => ({
  ...newer,
  kinds: [...new Set([...old.kinds, ...newer.kinds])],
})
