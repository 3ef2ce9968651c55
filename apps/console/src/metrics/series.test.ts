import { expect, test } from 'vitest'
import { seriesOf, summary } from './series.ts'

test('a hole in the readings becomes a gap in the line', () => {
  const points: [number, number, number][] = [
    [0, 10, 100],
    [15, 20, 200],
    [90, 30, 300],
  ]
  expect(seriesOf(points, 'cpu', 15)).toEqual({ times: [0, 15, 30, 90], values: [10, 20, null, 30] })
  expect(seriesOf(points, 'memory', 15).values).toEqual([100, 200, null, 300])
})

test('one late reading is no gap', () => {
  expect(
    seriesOf(
      [
        [0, 1, 1],
        [33, 2, 2],
      ],
      'cpu',
      15,
    ).values,
  ).toEqual([1, 2])
})

test('a summary leaves gaps out', () => {
  expect(summary([3, null, 9, 4])).toEqual({ least: 3, most: 9, newest: 4 })
  expect(summary([null])).toBeNull()
})
