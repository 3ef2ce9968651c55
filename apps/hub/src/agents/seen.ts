/** Remembers the ids of assertions for as long as these are valid, so that none is good twice. */
export interface SeenAssertions {
  /** `again` where the key has used the id before; `full` where no more can be remembered, so none may be taken. */
  use(keyId: string, id: string, validUntil: Date, now: Date): Use | Promise<Use>
}

type Use = 'fresh' | 'again' | 'full'

/** Those of one process, which answer at once. */
export interface OwnAssertions extends SeenAssertions {
  use(keyId: string, id: string, validUntil: Date, now: Date): Use
}

/** Ids remembered at once, about 150 bytes each: 10,000 agents that dial 20 connections each within two minutes. */
const MAX_IDS = 200_000

/** Ids of one key: what the rate of dials lets through in the two minutes that they are remembered. So one agent takes nobody's room. */
const MAX_IDS_OF_A_KEY = 3_000

/** Kept in memory: a hub that was restarted does not know them. They are valid for a minute. */
export function seenAssertions(max = MAX_IDS, maxOfAKey = MAX_IDS_OF_A_KEY): OwnAssertions {
  const ids = new Map<string, { keyId: string; until: number }>()
  const counts = new Map<string, number>()
  const count = (keyId: string, more: number) => {
    const sum = (counts.get(keyId) ?? 0) + more
    if (sum === 0) counts.delete(keyId)
    else counts.set(keyId, sum)
  }
  return {
    use(keyId, id, validUntil, now) {
      const at = now.getTime()
      // All are valid for about as long, so the oldest are the first to end.
      for (const [known, { keyId: its, until }] of ids) {
        if (until > at) break
        ids.delete(known)
        count(its, -1)
      }
      const name = `${keyId} ${id}`
      if (ids.has(name)) return 'again'
      if (ids.size >= max || (counts.get(keyId) ?? 0) >= maxOfAKey) return 'full'
      ids.set(name, { keyId, until: validUntil.getTime() })
      count(keyId, 1)
      return 'fresh'
    },
  }
}
