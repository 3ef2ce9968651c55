/** Tells for each key whether one thing more may happen now. */
export interface Rate {
  allows(key: string): boolean
  /** Whether nothing more may happen now; unlike `allows` it takes nothing. */
  spent(key: string): boolean
  /** So many things more may happen: they were asked for. */
  give(key: string, count: number): void
  /** Keys that are remembered. */
  readonly size: number
}

/** Keys whose time was long ago are forgotten when there are more than this. */
const MANY = 10_000

/** A bucket of `burst` tokens for each key, refilled at `perSecond`. `clock` gives ms that never go back. */
export function rateOf(burst: number, perSecond: number, clock: () => number): Rate {
  const buckets = new Map<string, { left: number; at: number }>()
  const filled = (bucket: { left: number; at: number }, now: number) =>
    Math.min(burst, bucket.left + ((now - bucket.at) / 1000) * perSecond)
  return {
    get size() {
      return buckets.size
    },
    spent: key => {
      const bucket = buckets.get(key)
      return bucket !== undefined && filled(bucket, clock()) < 1
    },
    give: (key, count) => {
      const bucket = buckets.get(key)
      if (bucket !== undefined) bucket.left += count
    },
    allows: key => {
      const now = clock()
      const bucket = buckets.get(key)
      const left = bucket === undefined ? burst : filled(bucket, now)
      if (buckets.size > MANY) {
        for (const [other, known] of buckets) if (filled(known, now) >= burst) buckets.delete(other)
      }
      buckets.set(key, { left: left < 1 ? left : left - 1, at: now })
      return left >= 1
    },
  }
}
