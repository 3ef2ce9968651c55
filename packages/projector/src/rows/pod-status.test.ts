import { describe, expect, test } from 'vitest'
import type { ConditionPart } from './base.ts'
import { type ContainerStatusPart, type PodObject, podStatus } from './pod-status.ts'

const metadata = { name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' }
const waiting = (reason?: string) => ({ waiting: reason === undefined ? {} : { reason } })
const running = { running: {} }
const ended = (exitCode: number, reason?: string, signal?: number) => ({
  terminated: { exitCode, ...(reason ? { reason } : {}), ...(signal ? { signal } : {}) },
})
const of = (name: string, state: ContainerStatusPart['state'], more: Partial<ContainerStatusPart> = {}) =>
  ({ name, state, ...more }) as ContainerStatusPart

interface Case {
  containers?: number
  init?: { name: string; sidecar?: boolean }[]
  phase?: string
  reason?: string
  conditions?: ConditionPart[]
  main?: ContainerStatusPart[]
  initStatuses?: ContainerStatusPart[]
  deleted?: boolean
}

const pod = ({
  containers = 1,
  init = [],
  phase,
  reason,
  conditions,
  main,
  initStatuses,
  deleted,
}: Case): PodObject => ({
  metadata: { ...metadata, ...(deleted ? { deletionTimestamp: '2026-01-02T00:00:00Z' } : {}) },
  spec: {
    containers: Array.from({ length: containers }, (_, index) => ({ name: `c${index}` })),
    initContainers: init.map(({ name, sidecar }) => ({ name, ...(sidecar ? { restartPolicy: 'Always' } : {}) })),
  },
  status: {
    ...(phase === undefined ? {} : { phase }),
    ...(reason === undefined ? {} : { reason }),
    ...(conditions === undefined ? {} : { conditions }),
    ...(main === undefined ? {} : { containerStatuses: main }),
    ...(initStatuses === undefined ? {} : { initContainerStatuses: initStatuses }),
  },
})

const isReady = [{ type: 'Ready', status: 'True' }]
const up = (name = 'c0') => of(name, running, { ready: true })

const table: [string, Case, string, string][] = [
  ['nothing known', {}, '', '0/1'],
  ['waiting for a node', { phase: 'Pending' }, 'Pending', '0/1'],
  [
    'gated',
    { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
    'SchedulingGated',
    '0/1',
  ],
  ['being made', { phase: 'Pending', main: [of('c0', waiting('ContainerCreating'))] }, 'ContainerCreating', '0/1'],
  ['image missing', { phase: 'Pending', main: [of('c0', waiting('ImagePullBackOff'))] }, 'ImagePullBackOff', '0/1'],
  ['running', { phase: 'Running', main: [up()], conditions: isReady }, 'Running', '1/1'],
  ['running, not ready', { phase: 'Running', main: [of('c0', running)] }, 'Running', '0/1'],
  [
    'crashing',
    { phase: 'Running', main: [of('c0', waiting('CrashLoopBackOff'), { restartCount: 7 })] },
    'CrashLoopBackOff',
    '0/1',
  ],
  ['out of memory', { phase: 'Running', main: [of('c0', ended(137, 'OOMKilled'))] }, 'OOMKilled', '0/1'],
  ['ended by a signal', { phase: 'Running', main: [of('c0', ended(137, '', 9))] }, 'Signal:9', '0/1'],
  ['ended without a reason', { phase: 'Running', main: [of('c0', ended(3))] }, 'ExitCode:3', '0/1'],
  ['done', { phase: 'Succeeded', main: [of('c0', ended(0, 'Completed'))] }, 'Completed', '0/1'],
  ['failed', { phase: 'Failed', main: [of('c0', ended(1, 'Error'))] }, 'Error', '0/1'],
  ['evicted', { phase: 'Failed', reason: 'Evicted' }, 'Evicted', '0/1'],
  [
    'one done, one running, ready',
    { containers: 2, phase: 'Running', conditions: isReady, main: [of('c0', ended(0, 'Completed')), up('c1')] },
    'Running',
    '1/2',
  ],
  [
    'one done, one running, not ready',
    { containers: 2, phase: 'Running', main: [of('c0', ended(0, 'Completed')), up('c1')] },
    'NotReady',
    '1/2',
  ],
  [
    'one done, one failed',
    { containers: 2, phase: 'Failed', main: [of('c0', ended(0, 'Completed')), of('c1', ended(1, 'Error'))] },
    'Error',
    '0/2',
  ],
  [
    'the first container has the last word',
    {
      containers: 2,
      phase: 'Running',
      main: [of('c0', waiting('CrashLoopBackOff')), of('c1', waiting('ErrImagePull'))],
    },
    'CrashLoopBackOff',
    '0/2',
  ],
  [
    'initialising',
    {
      init: [{ name: 'i0' }, { name: 'i1' }],
      phase: 'Pending',
      initStatuses: [of('i0', running), of('i1', waiting('PodInitializing'))],
      main: [of('c0', waiting('PodInitializing'))],
    },
    'Init:0/2',
    '0/1',
  ],
  [
    'second of two',
    {
      init: [{ name: 'i0' }, { name: 'i1' }],
      phase: 'Pending',
      initStatuses: [of('i0', ended(0, 'Completed')), of('i1', waiting('PodInitializing'))],
    },
    'Init:1/2',
    '0/1',
  ],
  [
    'initialising fails',
    { init: [{ name: 'i0' }], phase: 'Pending', initStatuses: [of('i0', ended(1, 'Error'))] },
    'Init:Error',
    '0/1',
  ],
  [
    'initialising fails without a reason',
    { init: [{ name: 'i0' }], phase: 'Pending', initStatuses: [of('i0', ended(2))] },
    'Init:ExitCode:2',
    '0/1',
  ],
  [
    'initialising is killed',
    { init: [{ name: 'i0' }], phase: 'Pending', initStatuses: [of('i0', ended(137, '', 9))] },
    'Init:Signal:9',
    '0/1',
  ],
  [
    'initialising crashes again and again',
    { init: [{ name: 'i0' }], phase: 'Pending', initStatuses: [of('i0', waiting('CrashLoopBackOff'))] },
    'Init:CrashLoopBackOff',
    '0/1',
  ],
  [
    'sidecar not started',
    { init: [{ name: 's', sidecar: true }], phase: 'Pending', initStatuses: [of('s', running, { started: false })] },
    'Init:0/1',
    '0/2',
  ],
  [
    'sidecar up',
    {
      init: [{ name: 's', sidecar: true }],
      phase: 'Running',
      conditions: isReady,
      initStatuses: [of('s', running, { started: true, ready: true })],
      main: [up()],
    },
    'Running',
    '2/2',
  ],
  [
    'initialised long ago, init container restarts',
    {
      init: [{ name: 'i0' }],
      phase: 'Running',
      conditions: [{ type: 'Initialized', status: 'True' }, ...isReady],
      initStatuses: [of('i0', waiting())],
      main: [up()],
    },
    'Init:0/1',
    '1/1',
  ],
  ['going away', { phase: 'Running', main: [up()], conditions: isReady, deleted: true }, 'Terminating', '1/1'],
  [
    'going away, done already',
    { phase: 'Succeeded', main: [of('c0', ended(0, 'Completed'))], deleted: true },
    'Completed',
    '0/1',
  ],
  ['going away, node lost', { phase: 'Running', reason: 'NodeLost', main: [up()], deleted: true }, 'Unknown', '1/1'],
]

test.each(table)('%s', (_, given, status, ready) => {
  const found = podStatus(pod(given))
  expect({ status: found.status, ready: `${found.ready}/${found.total}` }).toEqual({ status, ready })
})

describe('restarts', () => {
  test('while it initialises, those of init containers', () => {
    const given = pod({
      init: [{ name: 'i0' }],
      phase: 'Pending',
      initStatuses: [of('i0', running, { restartCount: 4 })],
    })
    expect(podStatus(given).restarts).toBe(4)
  })

  test('afterwards, those of sidecars and containers', () => {
    const given = pod({
      init: [{ name: 'i0' }, { name: 's', sidecar: true }],
      phase: 'Running',
      initStatuses: [
        of('i0', ended(0, 'Completed'), { restartCount: 4 }),
        of('s', running, { started: true, restartCount: 2 }),
      ],
      main: [of('c0', running, { restartCount: 3 })],
    })
    expect(podStatus(given).restarts).toBe(5)
  })
})
