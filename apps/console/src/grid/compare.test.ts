import { expect, test } from 'vitest'
import { compare } from './compare.ts'

test('versions and names sort as people sort them', () => {
  expect(['v1.10.0', 'v1.9.3', 'node-2', 'node-10'].sort(compare)).toEqual(['node-2', 'node-10', 'v1.9.3', 'v1.10.0'])
})

test('numbers sort by size', () => {
  expect([10, 9, 100].sort(compare)).toEqual([9, 10, 100])
})

test('what is unknown comes before all, so that it is last in a list with the largest first', () => {
  expect([3, null, 1].sort(compare)).toEqual([null, 1, 3])
  expect(compare(null, undefined)).toBe(0)
})
