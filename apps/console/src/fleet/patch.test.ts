import { expect, test } from 'vitest'
import { clusterFixture } from './fixture.ts'
import { withCluster, withoutCluster } from './patch.ts'

const a = clusterFixture({ id: '1', name: 'alpha' })
const c = clusterFixture({ id: '3', name: 'charlie' })

test('a changed cluster takes its own place', () => {
  const changed = { ...a, phase: 'Error' as const }
  expect(withCluster([a, c], changed)).toEqual([changed, c])
})

test('a new cluster goes where its name belongs, a renamed one moves', () => {
  const b = clusterFixture({ id: '2', name: 'bravo' })
  expect(withCluster([a, c], b).map(({ name }) => name)).toEqual(['alpha', 'bravo', 'charlie'])
  expect(withCluster([a, c], { ...a, name: 'delta' }).map(({ name }) => name)).toEqual(['charlie', 'delta'])
})

test('a gone cluster goes', () => {
  expect(withoutCluster([a, c], '1')).toEqual([c])
})
