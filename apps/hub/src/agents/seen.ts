/** Remembers the ids of assertions for as long as these are valid, so that none is good twice. */
export interface SeenAssertions {
  /** False where the id was used before. */
  use(id: string, validUntil: Date, now: Date): boolean
}

/** Ids remembered at once: 2,000 agents that dial 30 connections each within a minute. Beyond it none is taken. */
const MAX_IDS = 60_000

/** Kept in memory: a hub that was restarted, or another replica, does not know them. They are valid for a minute. */
export function seenAssertions(max = MAX_IDS): SeenAssertions {
  const ids = new Map<string, number>()
  return {
    use(id, validUntil, now) {
      const at = now.getTime()
      // All are valid for about as long, so the oldest are the first to end.
      for (const [known, until] of ids) {
        if (until > at) break
        ids.delete(known)
      }
      if (ids.has(id) || ids.size >= max) return false
      ids.set(id, validUntil.getTime())
      return true
    },
  }
}
