/** Statuses of pods as kubelets report them, by the name that the pod gets. Containers are `main` and `second`. */
const running = { running: { startedAt: '2026-01-01T00:00:00Z' } }
const waiting = (reason: string) => ({ waiting: { reason } })
const ended = (exitCode: number, reason?: string, signal?: number) => ({ terminated: { exitCode, reason, signal } })
const of = (name: string, state: object, ready = false, restartCount = 0, started?: boolean) => ({
  name,
  image: 'web:1',
  imageID: 'web@sha256:1',
  ready,
  restartCount,
  state,
  started,
})
const is = (type: string, status: string, reason?: string) => ({ type, status, reason })

export interface PodState {
  status: object
  init?: { name: string; sidecar?: boolean }[]
  deleted?: boolean
}

export const podStates: Readonly<Record<string, PodState>> = {
  pending: { status: { phase: 'Pending' } },
  creating: { status: { phase: 'Pending', containerStatuses: [of('main', waiting('ContainerCreating'))] } },
  'pull-back-off': { status: { phase: 'Pending', containerStatuses: [of('main', waiting('ImagePullBackOff'))] } },
  running: {
    status: {
      phase: 'Running',
      conditions: [is('Ready', 'True')],
      containerStatuses: [of('main', running, true, 3), of('second', running, true)],
    },
  },
  'half-ready': {
    status: { phase: 'Running', containerStatuses: [of('main', running, true), of('second', running, false)] },
  },
  crashing: {
    status: {
      phase: 'Running',
      containerStatuses: [of('main', waiting('CrashLoopBackOff'), false, 12), of('second', running, true)],
    },
  },
  'out-of-memory': { status: { phase: 'Running', containerStatuses: [of('main', ended(137, 'OOMKilled'))] } },
  signalled: { status: { phase: 'Running', containerStatuses: [of('main', ended(137, undefined, 9))] } },
  'exit-code': { status: { phase: 'Running', containerStatuses: [of('main', ended(3))] } },
  completed: { status: { phase: 'Succeeded', containerStatuses: [of('main', ended(0, 'Completed'))] } },
  failed: { status: { phase: 'Failed', containerStatuses: [of('main', ended(1, 'Error'))] } },
  evicted: { status: { phase: 'Failed', reason: 'Evicted' } },
  'one-done-ready': {
    status: {
      phase: 'Running',
      conditions: [is('Ready', 'True')],
      containerStatuses: [of('main', ended(0, 'Completed')), of('second', running, true)],
    },
  },
  'one-done-not-ready': {
    status: {
      phase: 'Running',
      containerStatuses: [of('main', ended(0, 'Completed')), of('second', running, true)],
    },
  },
  'one-done-one-failed': {
    status: {
      phase: 'Failed',
      containerStatuses: [of('main', ended(0, 'Completed')), of('second', ended(1, 'Error'))],
    },
  },
  initialising: {
    init: [{ name: 'i0' }, { name: 'i1' }],
    status: {
      phase: 'Pending',
      initContainerStatuses: [of('i0', ended(0, 'Completed'), true), of('i1', running, false, 2)],
      containerStatuses: [of('main', waiting('PodInitializing'))],
    },
  },
  'initialising-fails': {
    init: [{ name: 'i0' }],
    status: { phase: 'Pending', initContainerStatuses: [of('i0', waiting('CrashLoopBackOff'), false, 4)] },
  },
  'initialising-ended-badly': {
    init: [{ name: 'i0' }],
    status: { phase: 'Pending', initContainerStatuses: [of('i0', ended(2))] },
  },
  sidecar: {
    init: [{ name: 'i0', sidecar: true }],
    status: {
      phase: 'Running',
      conditions: [is('Ready', 'True'), is('Initialized', 'True')],
      initContainerStatuses: [of('i0', running, true, 5, true)],
      containerStatuses: [of('main', running, true, 1)],
    },
  },
  'sidecar-not-started': {
    init: [{ name: 'i0', sidecar: true }],
    status: { phase: 'Pending', initContainerStatuses: [of('i0', running, false, 0, false)] },
  },
  terminating: {
    deleted: true,
    status: { phase: 'Running', conditions: [is('Ready', 'True')], containerStatuses: [of('main', running, true)] },
  },
  'terminating-lost': {
    deleted: true,
    status: { phase: 'Running', reason: 'NodeLost', containerStatuses: [of('main', running, true)] },
  },
}

/** The pod of one of these states. No scheduler takes it, so nobody but the test changes it; a finalizer keeps what was deleted. */
export const podInState = (name: string, namespace: string, { init = [], deleted }: PodState) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, ...(deleted ? { finalizers: ['moorage.test/keep'] } : {}) },
  spec: {
    schedulerName: 'nobody',
    // A deleted pod that no node has is gone at once, unless it is waited for.
    terminationGracePeriodSeconds: 3600,
    initContainers: init.map(({ name: container, sidecar }) => ({
      name: container,
      image: 'init:1',
      ...(sidecar ? { restartPolicy: 'Always' } : {}),
    })),
    containers: ['main', 'second'].map(container => ({
      name: container,
      image: 'web:1',
      resources: { requests: { cpu: '100m', memory: '64Mi' } },
    })),
  },
})
