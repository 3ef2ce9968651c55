/** ms without a new answer after which a "last seen" is called stale: three times the hub's limit for silence, as pages refetch slower than the hub looks. */
export const STALE_AFTER = 45_000

/** How far a "last seen" can be trusted. */
export type Freshness = 'fresh' | 'stale' | 'never'

/** How fresh an instant is at `now`. */
export function freshness(lastSeen: string | null, now: number): Freshness {
  if (lastSeen === null) return 'never'
  return now - Date.parse(lastSeen) > STALE_AFTER ? 'stale' : 'fresh'
}
