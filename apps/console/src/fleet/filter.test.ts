import { expect, test } from 'vitest'
import { countByPhase, type FleetFilter, isOpen, projectsOf, readFilter, readPhases } from './filter.ts'
import { clusterFixture } from './fixture.ts'

const open: FleetFilter = { text: '', phases: [], project: '', selector: '' }
const fleet = [
  clusterFixture({ id: 'a', name: 'harbour', labels: { env: 'prod', tier: 'gold' } }),
  clusterFixture({ id: 'b', name: 'lagoon', phase: 'Unreachable', project: 'shop', labels: { env: 'test' } }),
  clusterFixture({ id: 'c', name: 'quay', distribution: { value: 'gke', evidence: [], limited: false }, region: null }),
]
const kept = (filter: Partial<FleetFilter>) =>
  fleet.filter(readFilter({ ...open, ...filter }).keep).map(({ name }) => name)

test('an open filter keeps everything', () => {
  expect(isOpen(open)).toBe(true)
  expect(kept({})).toEqual(['harbour', 'lagoon', 'quay'])
})

test('every word must be somewhere in what the row shows, whatever its case', () => {
  expect(kept({ text: 'EKS prod' })).toEqual(['harbour'])
  expect(kept({ text: 'unreachable' })).toEqual(['lagoon'])
  expect(kept({ text: 'env=test' })).toEqual(['lagoon'])
  expect(kept({ text: 'harbour shop' })).toEqual([])
})

test('phases are alternatives, filters of different kinds add up', () => {
  expect(kept({ phases: ['Running', 'Unreachable'], project: 'shop' })).toEqual(['lagoon'])
})

test('a label selector narrows as in Kubernetes', () => {
  expect(kept({ selector: 'env in (prod,test),tier!=gold' })).toEqual(['lagoon'])
  expect(kept({ selector: '!env' })).toEqual(['quay'])
})

test('a selector that can not be read narrows nothing and says why', () => {
  const read = readFilter({ ...open, selector: 'env in prod' })
  expect(fleet.filter(read.keep)).toHaveLength(3)
  expect(read.selectorError).toMatch(/\.$/)
})

test('phases in an address that do not exist are left out', () => {
  expect(readPhases('Running,Nonsense,Error')).toEqual(['Running', 'Error'])
})

test('phases are counted and projects listed once', () => {
  expect([...countByPhase(fleet)]).toEqual([
    ['Running', 2],
    ['Unreachable', 1],
  ])
  expect(projectsOf(fleet)).toEqual(['default', 'shop'])
})
