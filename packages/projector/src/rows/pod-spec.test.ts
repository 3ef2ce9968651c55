import { expect, test } from 'vitest'
import { type ContainerPart, imagesOf, requestsOf } from './pod-spec.ts'

const asks = (cpu: string, memory = '0', more: Partial<ContainerPart> = {}): ContainerPart => ({
  name: 'c',
  resources: { requests: { cpu, memory } },
  ...more,
})
const sidecar = { restartPolicy: 'Always' }

test('containers add up', () => {
  expect(requestsOf({ containers: [asks('100m', '64Mi'), asks('1', '1Gi')] })).toEqual({
    cpuMilli: 1100,
    memoryBytes: 64 * 2 ** 20 + 2 ** 30,
  })
})

test('init containers run one after the other: the hungriest counts, if it is more', () => {
  expect(requestsOf({ containers: [asks('100m')], initContainers: [asks('300m'), asks('2')] }).cpuMilli).toBe(2000)
  expect(requestsOf({ containers: [asks('3')], initContainers: [asks('300m'), asks('2')] }).cpuMilli).toBe(3000)
})

test('sidecars go on running beside what comes after them', () => {
  const initContainers = [asks('500m', '0', sidecar), asks('2')]
  expect(requestsOf({ containers: [asks('100m')], initContainers }).cpuMilli).toBe(2500)
  expect(requestsOf({ containers: [asks('4')], initContainers }).cpuMilli).toBe(4500)
})

test('a request of the pod itself takes the place of its containers’, resource by resource; overhead comes on top', () => {
  const spec = {
    containers: [asks('100m', '64Mi')],
    resources: { requests: { cpu: '2' } },
    overhead: { cpu: '250m', memory: '1Mi' },
  }
  expect(requestsOf(spec)).toEqual({ cpuMilli: 2250, memoryBytes: 65 * 2 ** 20 })
})

test('no requests are none', () => {
  expect(requestsOf(undefined)).toEqual({ cpuMilli: 0, memoryBytes: 0 })
  expect(requestsOf({ containers: [{ name: 'c' }] })).toEqual({ cpuMilli: 0, memoryBytes: 0 })
})

test('images are named once, init and ephemeral containers included', () => {
  const spec = {
    containers: [
      { name: 'a', image: 'web:1' },
      { name: 'b', image: 'web:1' },
    ],
    initContainers: [{ name: 'i', image: 'migrate:1' }],
    ephemeralContainers: [{ name: 'e', image: 'debug:1' }, { name: 'f' }],
  }
  expect(imagesOf(spec)).toEqual(['web:1', 'migrate:1', 'debug:1'])
})
