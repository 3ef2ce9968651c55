import { expect, test } from 'vitest'
import { seenAssertions } from './seen.ts'

const at = (seconds: number) => new Date(seconds * 1000)

test('an id is good once, for as long as it could be used again', () => {
  const seen = seenAssertions()
  expect(seen.use('a', at(60), at(0))).toBe(true)
  expect(seen.use('a', at(60), at(1))).toBe(false)
  expect(seen.use('b', at(61), at(1))).toBe(true)
  expect(seen.use('a', at(120), at(61))).toBe(true)
})

test('it does not grow beyond its bound, and makes room by itself', () => {
  const seen = seenAssertions(2)
  expect([seen.use('a', at(60), at(0)), seen.use('b', at(60), at(0)), seen.use('c', at(60), at(0))]).toEqual([
    true,
    true,
    false,
  ])
  expect(seen.use('c', at(120), at(60))).toBe(true)
})
