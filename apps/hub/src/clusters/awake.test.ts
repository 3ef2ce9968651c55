import { expect, test } from 'vitest'
import { watchAwake } from './awake.ts'

test('a pause is noticed by whoever asks first, and a busy moment is none', () => {
  let ms = 0
  const at = () => new Date(1_000_000 + ms)
  using awake = watchAwake(at, () => ms)
  expect(awake.since()).toEqual(new Date(1_000_000))
  ms = 2_500
  expect(awake.since()).toEqual(new Date(1_000_000))
  ms = 5_000
  expect(awake.since()).toEqual(new Date(1_000_000))
  ms = 60_000
  expect(awake.since()).toEqual(new Date(1_060_000))
  ms = 61_000
  expect(awake.since()).toEqual(new Date(1_060_000))
})
