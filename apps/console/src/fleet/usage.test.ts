import { expect, test } from 'vitest'
import { clusterFixture } from './fixture.ts'
import { totals } from './totals.ts'
import { inWords, load, usageOf, width } from './usage.ts'

test('usage is measured against what pods can get', () => {
  expect(usageOf(clusterFixture(), 'cpuMilli')).toEqual({ capacity: 10_000, requested: 5000, used: null })
  expect(usageOf(clusterFixture({ allocatable: null, capacity: null }), 'cpuMilli')).toBeNull()
})

test('load takes use before requests, and nothing known sorts lowest', () => {
  expect(load({ capacity: 10, requested: 9, used: 1 })).toBe(0.1)
  expect(load({ capacity: 10, requested: 9, used: null })).toBe(0.9)
  expect(load(null)).toBeLessThan(load({ capacity: 10, requested: 0, used: 0 }))
})

test('a bar never leaves its frame', () => {
  expect([width(15, 10), width(-1, 10), width(null, 10), width(1, 0), width(5, 10)]).toEqual([100, 0, 0, 0, 50])
})

test('usage in words says what is not measured', () => {
  expect(inWords({ capacity: 10_000, requested: 5000, used: null }, 'cpuMilli')).toBe(
    '10 cores allocatable, 5 cores requested (50%), use not measured',
  )
})

test('totals add up what is known', () => {
  expect(
    totals([clusterFixture(), clusterFixture({ nodeCount: null, readyNodeCount: null, podCount: null })]),
  ).toMatchObject({
    clusters: 2,
    nodes: 3,
    readyNodes: 3,
    pods: 10,
  })
})
