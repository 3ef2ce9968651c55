import { expect, test } from 'vitest'
import { lockFor } from './lock-out.ts'

test('a few mistakes are free, then the wait doubles up to a quarter of an hour', () => {
  expect([1, 2, 3, 4].map(lockFor)).toEqual([0, 0, 0, 0])
  expect([5, 6, 7, 8].map(lockFor)).toEqual([15_000, 30_000, 60_000, 120_000])
  expect([11, 12, 100, 100_000].map(lockFor)).toEqual([900_000, 900_000, 900_000, 900_000])
})
