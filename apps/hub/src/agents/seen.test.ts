import { expect, test } from 'vitest'
import { seenAssertions } from './seen.ts'

const at = (seconds: number) => new Date(seconds * 1000)

test('an id is good once, for as long as it could be used again', () => {
  const seen = seenAssertions()
  expect(seen.use('key', 'a', at(60), at(0))).toBe('fresh')
  expect(seen.use('key', 'a', at(60), at(1))).toBe('again')
  expect(seen.use('other', 'a', at(61), at(1))).toBe('fresh')
  expect(seen.use('key', 'b', at(61), at(1))).toBe('fresh')
  expect(seen.use('key', 'a', at(120), at(61))).toBe('fresh')
})

test('it does not grow beyond its bound, and makes room by itself', () => {
  const seen = seenAssertions(2)
  const uses = ['a', 'b', 'c', 'a'].map(id => seen.use('key', id, at(60), at(0)))
  expect(uses).toEqual(['fresh', 'fresh', 'full', 'again'])
  expect(seen.use('key', 'c', at(120), at(60))).toBe('fresh')
})

test('one key does not take the room of others', () => {
  const seen = seenAssertions(10, 2)
  const uses = ['a', 'b', 'c'].map(id => seen.use('greedy', id, at(60), at(0)))
  expect(uses).toEqual(['fresh', 'fresh', 'full'])
  expect(seen.use('other', 'a', at(60), at(0))).toBe('fresh')
  expect(seen.use('greedy', 'd', at(120), at(60))).toBe('fresh')
})
