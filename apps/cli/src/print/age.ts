const SECOND = 1
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** A span in as few signs as kubectl uses for it: 75s, 5m30s, 90m, 3h5m, 30h, 3d5h, 40d, 2y35d, 9y. */
export function span(seconds: number): string {
  const s = Math.floor(seconds)
  if (s < -1) return '<invalid>'
  if (s < 0) return '0s'
  if (s < 2 * MINUTE) return `${s}s`
  if (s < 10 * MINUTE) return two(s, MINUTE, 'm', SECOND, 's')
  if (s < 3 * HOUR) return `${Math.floor(s / MINUTE)}m`
  if (s < 8 * HOUR) return two(s, HOUR, 'h', MINUTE, 'm')
  if (s < 2 * DAY) return `${Math.floor(s / HOUR)}h`
  if (s < 8 * DAY) return two(s, DAY, 'd', HOUR, 'h')
  if (s < 2 * YEAR) return `${Math.floor(s / DAY)}d`
  if (s < 8 * YEAR) return two(s, YEAR, 'y', DAY, 'd')
  return `${Math.floor(s / YEAR)}y`
}

/** How long ago an instant was. '-' where there is none. */
export const age = (instant: string | null | undefined, now: Date) =>
  instant ? span((now.getTime() - Date.parse(instant)) / 1000) : '-'

/** An instant that may lie ahead: `in 29d` or `3d ago`. */
export function relative(instant: string, now: Date): string {
  const seconds = (Date.parse(instant) - now.getTime()) / 1000
  return seconds > 0 ? `in ${span(seconds)}` : `${span(-seconds)} ago`
}

function two(s: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((s % big) / small)
  return rest === 0 ? `${Math.floor(s / big)}${bigName}` : `${Math.floor(s / big)}${bigName}${rest}${smallName}`
}
