import { expect, test } from 'vitest'
import { expiry } from './expiry.ts'

const now = Date.parse('2026-11-20T12:00:00Z')
const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString()

test.each([
  [31, { state: 'far', left: '31 d' }],
  [30, { state: 'soon', left: '30 d' }],
  [7.5, { state: 'soon', left: '7 d' }],
  [7, { state: 'urgent', left: '7 d' }],
  [0.25, { state: 'urgent', left: '6 h' }],
  [0, { state: 'expired', since: '0 s' }],
  [-2, { state: 'expired', since: '2 d' }],
])('a credential with %d days left', (days, expected) => {
  expect(expiry(inDays(days), now)).toEqual(expected)
})

test('a credential without an end', () => {
  expect(expiry(null, now)).toEqual({ state: 'unbounded' })
})
