/** Counts failed sign-ins per address, and says when an address has to wait. */
export interface SignInLimit {
  /** Seconds to wait before the next try; 0 where it may try now. */
  waitSeconds(address: string, now: Date): number
  failed(address: string, now: Date): void
  /** Takes one failure back: a try is counted as it begins, as many may run at once, and this one has succeeded. */
  succeeded(address: string, now: Date): void
}

/** Addresses remembered at once, so that many addresses do not fill the memory; the oldest is forgotten first. */
const MAX_ADDRESSES = 10_000

/** An IPv6 household has a /64 to itself, so that is what counts as one address. */
function keyOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter(group => group !== '')
  const after = tail === undefined ? [] : tail.split(':')
  while (groups.length + after.length < 8 && groups.length < 4) groups.push('0')
  return groups.slice(0, 4).join(':')
}

/** At most `limit` failures per address in each window of `windowMs`. Kept in memory: each replica counts for itself. */
export function signInLimit(limit: number, windowMs: number): SignInLimit {
  const windows = new Map<string, { since: number; failures: number }>()
  const current = (key: string, now: Date) => {
    const window = windows.get(key)
    return window !== undefined && now.getTime() - window.since < windowMs ? window : undefined
  }
  return {
    waitSeconds(address, now) {
      const window = current(keyOf(address), now)
      if (window === undefined || window.failures < limit) return 0
      return Math.max(1, Math.ceil((window.since + windowMs - now.getTime()) / 1000))
    },
    succeeded(address, now) {
      const window = current(keyOf(address), now)
      if (window !== undefined && window.failures > 0) window.failures -= 1
    },
    failed(address, now) {
      const key = keyOf(address)
      const window = current(key, now)
      if (window !== undefined) {
        window.failures += 1
        return
      }
      windows.delete(key)
      windows.set(key, { since: now.getTime(), failures: 1 })
      const oldest = windows.keys().next().value
      if (windows.size > MAX_ADDRESSES && oldest !== undefined) windows.delete(oldest)
    },
  }
}
