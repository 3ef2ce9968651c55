/** Hours of the week in a time zone, such as `Mon-Fri 08:00-18:00 Europe/Berlin`. */
export interface Hours {
  /** Days on which they begin; 0 is Sunday. */
  days: ReadonlySet<number>
  /** Minutes since midnight, by the clocks of the zone. */
  from: number
  /** Up to 24:00. Where it is not above `from`, they end on the day after. */
  to: number
  /** IANA name. */
  zone: string
}

/** Hours that can't be read, in a sentence that says what is right. */
export class HoursError extends Error {
  override readonly name = 'HoursError'
  readonly code = 'bad_request'
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const DAY_MINUTES = 1440
const EXAMPLE = 'write them like "Mon-Fri 08:00-18:00 Europe/Berlin"'

const dayOf = (text: string): number => {
  const day = DAYS.findIndex(name => name.toLowerCase() === text.toLowerCase())
  if (day < 0) throw new HoursError(`"${text}" is no day: days are ${DAYS.join(', ')} and "daily"; ${EXAMPLE}`)
  return day
}

/** The days of `Mon-Wed`, which may go over the end of the week. */
function daysOf(text: string): number[] {
  const [first = '', last, ...more] = text.split('-')
  if (more.length > 0) throw new HoursError(`"${text}" is no span of days; ${EXAMPLE}`)
  const from = dayOf(first)
  if (last === undefined) return [from]
  const count = ((dayOf(last) - from + 7) % 7) + 1
  return Array.from({ length: count }, (_, at) => (from + at) % 7)
}

function minuteOf(text: string): number {
  const [, hour, minute] = /^(\d{2}):([0-5]\d)$/.exec(text) ?? []
  const at = Number(hour) * 60 + Number(minute)
  if (hour === undefined || at > DAY_MINUTES) {
    throw new HoursError(`"${text}" is no time of day between 00:00 and 24:00; ${EXAMPLE}`)
  }
  return at
}

/** Making one takes longer than asking it a hundred times. */
const clocks = new Map<string, Intl.DateTimeFormat>()

/** Throws a RangeError for a zone that there is not. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit' } as const
  const clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...parts })
  clocks.set(zone, clock)
  return clock
}

/** The name of a zone: `+01:00` would be none, as it has no summer. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/

function zoneOf(text: string): string {
  try {
    if (ZONE.test(text) && text.length <= 64) clockOf(text)
    else throw new RangeError()
  } catch {
    throw new HoursError(`"${text.slice(0, 64)}" is no time zone: write one like Europe/Berlin or UTC`)
  }
  return text
}

/** Reads hours. Throws a {@link HoursError}. */
export function parseHours(text: string): Hours {
  const [days = '', span = '', zone, ...more] = text.trim().split(/\s+/)
  if (zone === undefined || more.length > 0) {
    throw new HoursError(`"${text.slice(0, 100)}" should be days, a span of time and a time zone; ${EXAMPLE}`)
  }
  const [from = '', to, ...rest] = span.split('-')
  if (to === undefined || rest.length > 0) throw new HoursError(`"${span}" is no span of time; ${EXAMPLE}`)
  const hours = {
    days: new Set(days.toLowerCase() === 'daily' ? [0, 1, 2, 3, 4, 5, 6] : days.split(',').flatMap(daysOf)),
    from: minuteOf(from),
    to: minuteOf(to),
    zone: zoneOf(zone),
  }
  if (hours.from === DAY_MINUTES) throw new HoursError(`"${span}" begins when the day is over: write 00:00`)
  if (hours.from === hours.to) throw new HoursError(`"${span}" has no length: for the whole day write 00:00-24:00`)
  return hours
}

/** What the clocks of a zone show. */
export interface LocalTime {
  /** 0 is Sunday. */
  day: number
  /** Since midnight. */
  minute: number
}

export function localTime(zone: string, at: Date): LocalTime {
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  return {
    day: DAYS.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
}

/** Whether a moment is within the hours, by the clocks of their zone: when these are changed, so are the hours. */
export function isWithin({ days, from, to, zone }: Hours, at: Date): boolean {
  const { day, minute } = localTime(zone, at)
  if (from < to) return days.has(day) && minute >= from && minute < to
  return (days.has(day) && minute >= from) || (days.has((day + 6) % 7) && minute < to)
}

/** A moment as the clocks of a zone show it, such as `Sat 10:12`. */
export function describeLocalTime(zone: string, at: Date): string {
  const { day, minute } = localTime(zone, at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${DAYS[day]} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
