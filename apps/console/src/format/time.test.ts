import { expect, test } from 'vitest'
import { freshness, STALE_AFTER } from './freshness.ts'
import { age, ago, span } from './time.ts'

const now = Date.parse('2026-11-20T12:00:00Z')
const before = (seconds: number) => new Date(now - seconds * 1000).toISOString()

test.each([
  [0, 'just now'],
  [12, '12 s'],
  [75, '1 min'],
  [3599, '59 min'],
  [3600, '1 h'],
  [12_000, '3 h 20 min'],
  [86_400 * 12 + 5, '12 d'],
])('%d seconds are %s', (seconds, text) => {
  expect(age(before(seconds), now)).toBe(text)
})

test('a clock that is ahead of the hub’s shows no negative age', () => {
  expect(ago(before(-30), now)).toBe('just now')
})

test('ago', () => {
  expect(ago(before(40), now)).toBe('40 s ago')
  expect(span(59)).toBe('59 s')
})

test('what was last seen too long ago is stale, and what never was is neither', () => {
  expect(freshness(before(STALE_AFTER / 1000), now)).toBe('fresh')
  expect(freshness(before(STALE_AFTER / 1000 + 1), now)).toBe('stale')
  expect(freshness(null, now)).toBe('never')
})
