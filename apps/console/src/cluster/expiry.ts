import { span } from '../format/time.ts'

const DAY = 86_400_000
/** Days ahead at which the hub starts to warn, and at which it becomes urgent. */
export const WARN_DAYS = 30
/** See `WARN_DAYS`. */
export const URGENT_DAYS = 7

/** How a credential stands at some moment. */
export type Expiry =
  | { state: 'unbounded' }
  | { state: 'expired'; since: string }
  | { state: 'urgent' | 'soon' | 'far'; left: string }

/** How long a credential still holds. */
export function expiry(expiresAt: string | null, now: number): Expiry {
  if (expiresAt === null) return { state: 'unbounded' }
  const ms = Date.parse(expiresAt) - now
  const length = span(Math.floor(Math.abs(ms) / 1000))
  if (ms <= 0) return { state: 'expired', since: length }
  if (ms <= URGENT_DAYS * DAY) return { state: 'urgent', left: length }
  return { state: ms <= WARN_DAYS * DAY ? 'soon' : 'far', left: length }
}
