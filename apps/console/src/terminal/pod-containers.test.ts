import { expect, test } from 'vitest'
import { containerLabel, containersOf } from './pod-containers.ts'

const running = (name: string) => ({ name, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } })
const ended = (name: string) => ({ name, state: { terminated: { exitCode: 0 } } })

test('containers come with whether they run, init containers last', () => {
  const pod = {
    metadata: {},
    spec: { containers: [{ name: 'web' }, { name: 'log' }], initContainers: [{ name: 'seed' }] },
    status: { containerStatuses: [running('web'), ended('log')], initContainerStatuses: [ended('seed')] },
  }
  expect(containersOf(pod).map(containerLabel)).toEqual([
    'web',
    'log, not running',
    'seed, init container, not running',
  ])
})

test('the one that the pod names as its default is first', () => {
  const pod = {
    metadata: { annotations: { 'kubectl.kubernetes.io/default-container': 'web' } },
    spec: { containers: [{ name: 'proxy' }, { name: 'web' }], ephemeralContainers: [{ name: 'debug-1' }] },
    status: { ephemeralContainerStatuses: [running('debug-1')] },
  }
  expect(containersOf(pod)[0]?.name).toBe('web')
  expect(containersOf(pod).map(containerLabel)[2]).toBe('debug-1, debug container')
})

test('a pod that has not started yet has containers all the same', () => {
  expect(containersOf({ metadata: {}, spec: { containers: [{ name: 'web' }] } })).toEqual([
    { name: 'web', kind: 'container', running: false },
  ])
})

test('what is no pod is refused', () => {
  expect(() => containersOf({ kind: 'Status' })).toThrow()
})
