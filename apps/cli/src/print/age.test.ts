import { expect, test } from 'vitest'
import { age, relative, span } from './age.ts'

const M = 60
const H = 3600
const D = 86_400

test.each([
  [0, '0s'],
  [1, '1s'],
  [119, '119s'],
  [2 * M, '2m'],
  [5 * M + 30, '5m30s'],
  [10 * M, '10m'],
  [179 * M, '179m'],
  [3 * H, '3h'],
  [3 * H + 5 * M, '3h5m'],
  [8 * H, '8h'],
  [47 * H, '47h'],
  [2 * D, '2d'],
  [3 * D + 5 * H, '3d5h'],
  [8 * D, '8d'],
  [400 * D, '400d'],
  [2 * 365 * D, '2y'],
  [2 * 365 * D + 35 * D, '2y35d'],
  [9 * 365 * D, '9y'],
  [-1, '0s'],
  [-60, '<invalid>'],
])('%i seconds are %s', (seconds, text) => {
  expect(span(seconds)).toBe(text)
})

const now = new Date('2026-01-10T12:00:00Z')

test('an age counts back from now, and nothing has none', () => {
  expect(age('2026-01-10T11:58:55Z', now)).toBe('65s')
  expect(age(null, now)).toBe('-')
})

test('an instant may lie ahead', () => {
  expect(relative('2026-01-20T12:00:01Z', now)).toBe('in 10d')
  expect(relative('2026-01-10T11:00:00Z', now)).toBe('60m ago')
})
