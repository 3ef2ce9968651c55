import { expect, test } from 'vitest'
import { timeRange } from './chart-options.ts'

test('a single reading is drawn at the end of ten minutes', () => {
  expect(timeRange(5_000, 5_000)).toEqual([4_400, 5_000])
})

test('many readings fill the chart', () => {
  expect(timeRange(1_000, 5_000)).toEqual([1_000, 5_000])
})
