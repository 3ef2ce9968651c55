import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeLocalTime, HoursError, isWithin, parseHours } from './hours.ts'

const open = (hours: string, at: string) => isWithin(parseHours(hours), new Date(at))

describe('hours', () => {
  test.each([
    ['Mon-Fri 08:00-18:00 Europe/Berlin', '2026-07-03T06:00:00Z', true], // Friday, 08:00 in summer
    ['Mon-Fri 08:00-18:00 Europe/Berlin', '2026-07-03T05:59:59Z', false],
    ['Mon-Fri 08:00-18:00 Europe/Berlin', '2026-07-03T15:59:59Z', true],
    ['Mon-Fri 08:00-18:00 Europe/Berlin', '2026-07-03T16:00:00Z', false],
    ['Mon-Fri 08:00-18:00 Europe/Berlin', '2026-01-02T06:30:00Z', false], // Friday, 07:30 in winter
    ['Mon-Fri 08:00-18:00 Europe/Berlin', '2026-07-04T10:00:00Z', false], // Saturday
    ['Sat 22:00-06:00 UTC', '2026-07-05T05:59:00Z', true], // Sunday, begun on Saturday
    ['Sat 22:00-06:00 UTC', '2026-07-04T05:59:00Z', false],
    ['Sat 22:00-06:00 UTC', '2026-07-05T22:00:00Z', false],
    ['Fri-Mon 00:00-24:00 UTC', '2026-07-06T23:59:00Z', true],
    ['Fri-Mon 00:00-24:00 UTC', '2026-07-07T00:00:00Z', false],
    ['daily 18:00-24:00 Asia/Kolkata', '2026-07-07T12:30:00Z', true],
    ['sun,wed 09:00-10:00 America/New_York', '2026-07-08T13:15:00Z', true],
  ])('%s at %s: %s', (hours, at, expected) => expect(open(hours, at)).toBe(expected))

  test('go by the clocks of the zone where these are changed', () => {
    const night = 'Sun 02:00-03:00 Europe/Berlin'
    // 2026-03-29: 02:00 is 03:00, so the hour is left out; 2026-10-25: it comes twice.
    expect(open(night, '2026-03-29T00:59:00Z')).toBe(false)
    expect(open(night, '2026-03-29T01:00:00Z')).toBe(false)
    expect(open(night, '2026-10-25T00:30:00Z')).toBe(true)
    expect(open(night, '2026-10-25T01:30:00Z')).toBe(true)
    expect(open(night, '2026-10-25T02:00:00Z')).toBe(false)
    expect(describeLocalTime('Europe/Berlin', new Date('2026-07-04T08:12:00Z'))).toBe('Sat 10:12')
  })

  test.each([
    '',
    'Mon-Fri',
    'Mon-Fri 08:00-18:00',
    'Mon-Fri 8:00-18:00 UTC',
    'Mon-Fri 08:00-24:01 UTC',
    'Mon-Fri 24:00-08:00 UTC',
    'Mon-Fri 08:00-08:00 UTC',
    'Mon-Fri-Sat 08:00-09:00 UTC',
    'Moon 08:00-09:00 UTC',
    'Mon, 08:00-09:00 UTC',
    'Mon 08:00-09:00 Europe/Atlantis',
    'Mon 08:00-09:00 +01:00',
    'Mon 08:00-09:00 UTC and so on',
  ])('%j are told what would be right', text => expect(() => parseHours(text)).toThrow(HoursError))

  test('are those that counting the minutes of a week gives', () => {
    const days = fc.subarray(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'], { minLength: 1 })
    const minute = fc.integer({ min: 0, max: 1439 })
    const time = (at: number) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`
    const at = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(days, minute, minute, at, (names, from, to, when) => {
        fc.pre(from !== to)
        const hours = parseHours(`${names.join(',')} ${time(from)}-${time(to)} UTC`)
        const within = isWithin(hours, when)
        expect(isWithin(hours, new Date(when.getTime() + 7 * 86_400_000))).toBe(within)
        // By the week's own minutes, counted rather than looked up.
        const week = (when.getUTCDay() * 24 + when.getUTCHours()) * 60 + when.getUTCMinutes()
        const length = (to - from + 1440) % 1440
        const counted = [...hours.days].some(day => (week - day * 1440 - from + 10080 * 2) % 10080 < length)
        expect(within).toBe(counted)
      }),
      { numRuns: 500 },
    )
  })

  test('no text does anything but be read or be refused', () => {
    const word = fc.constantFrom('Mon', 'fri', 'daily', '-', ',', ' ', '08:00', '24:00', '99:99', 'UTC', 'Europe/', ':')
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.array(word, { maxLength: 9 }).map(words => words.join('')),
    )
    fc.assert(
      fc.property(text, given => {
        try {
          const { from, to, days } = parseHours(given)
          expect(days.size).toBeGreaterThan(0)
          expect([from, to].every(at => at >= 0 && at <= 1440) && from !== to).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(HoursError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
