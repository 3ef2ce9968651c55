import { expect, test } from 'vitest'
import { wholeNumber } from './count.ts'
import { parseDuration } from './duration.ts'

test.each([
  ['90d', 7_776_000],
  ['1h30m', 5400],
  ['10s', 10],
  ['2w', 1_209_600],
])('%s is %i seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds)
})

test.each(['', '90', 'd', '0s', '1.5h', '-1h', '1h 30m', '9'.repeat(30).concat('y')])('"%s" is no span', text => {
  expect(() => parseDuration(text)).toThrow('is not a span')
})

test('a whole number has bounds', () => {
  expect(wholeNumber(0, 10)('7')).toBe(7)
  for (const text of ['11', '-1', '1.5', 'x', '']) expect(() => wholeNumber(0, 10)(text)).toThrow('from 0 to 10')
})
