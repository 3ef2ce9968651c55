import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fullJitter } from './back-off.ts'

test('a wait is anywhere between nothing and a bound that doubles up to the cap', () => {
  const backOff = { baseMs: 500, capMs: 30_000 }
  expect([1, 2, 3, 7, 8, 1_000].map(attempt => fullJitter(attempt, 1, backOff))).toEqual([
    500, 1_000, 2_000, 30_000, 30_000, 30_000,
  ])
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (n, r) => {
        const wait = fullJitter(n, r, backOff)
        expect(Number.isInteger(wait) && wait >= 0 && wait <= 30_000).toBe(true)
      },
    ),
  )
})
