const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** How long ago, in at most two units: `just now`, `12 s`, `4 min`, `3 h 20 min`, `12 d`. */
export function age(instant: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(instant)) / 1000))
  if (seconds < 3) return 'just now'
  return span(seconds)
}

/** As `age`, with "ago" where it fits. */
export function ago(instant: string, now: number): string {
  const text = age(instant, now)
  return text === 'just now' ? text : `${text} ago`
}

/** A length of time in at most two units. */
export function span(seconds: number): string {
  if (seconds < MINUTE) return `${seconds} s`
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`
  const minutes = Math.floor((seconds % HOUR) / MINUTE)
  if (seconds < DAY) return minutes > 0 ? `${Math.floor(seconds / HOUR)} h ${minutes} min` : `${(seconds / HOUR) | 0} h`
  return `${Math.floor(seconds / DAY)} d`
}

/** The date and time of day where the reader is. */
export const dateTime = (instant: string): string =>
  new Date(instant).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

/** The date where the reader is. */
export const date = (instant: string): string => new Date(instant).toLocaleDateString('en-GB', { dateStyle: 'medium' })
