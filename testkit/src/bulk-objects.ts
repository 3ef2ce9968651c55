import type { Json } from './api-client.ts'

const ZONES = ['eu-test-1a', 'eu-test-1b', 'eu-test-1c']
const TYPES = [
  { name: 'standard-4', cpu: '4', memory: '16Gi' },
  { name: 'standard-8', cpu: '8', memory: '32Gi' },
  { name: 'memory-8', cpu: '8', memory: '64Gi' },
]
const IMAGES = [
  'nginx:1.29',
  'redis:8.2',
  'postgres:18.1',
  'registry.example/shop/cart:2.4.1',
  'registry.example/shop/api:7.0.3',
]
/** One pod in so many does not run, each in another way. */
const TROUBLE_EVERY = 50
const SINCE = '2026-01-02T03:04:05Z'

const of = <T>(list: readonly T[], index: number): T => list[index % list.length] as T

/** A Ready node, one in a hundred NotReady. */
export function bulkNode(name: string, index: number): Json {
  const type = of(TYPES, index)
  const zone = of(ZONES, index)
  const ready = index % 100 !== 99
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'node.kubernetes.io/instance-type': type.name,
        'topology.kubernetes.io/region': 'eu-test-1',
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: { providerID: `test:///${zone}/${name}` },
    status: {
      capacity: { cpu: type.cpu, memory: type.memory, pods: '110' },
      allocatable: { cpu: type.cpu, memory: type.memory, pods: '110' },
      conditions: [condition('Ready', ready, ready ? 'KubeletReady' : 'KubeletNotReady')],
      addresses: [
        { type: 'InternalIP', address: `10.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}` },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        osImage: 'Test Linux 1',
        kernelVersion: '6.12.0',
        kubeletVersion: 'v1.36.3',
        kubeProxyVersion: 'v1.36.3',
        containerRuntimeVersion: 'containerd://2.2.0',
        bootID: '',
        machineID: '',
        systemUUID: '',
      },
    },
  }
}

/** A Running pod; a few crash-loop, wait or have failed. */
export function bulkPod(name: string, namespace: string, node: string | undefined, index: number): Json {
  const image = of(IMAGES, index)
  const app = `app-${index % 200}`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app, tier: index % 3 === 0 ? 'front' : 'back' } },
    spec: {
      ...(node && { nodeName: node }),
      automountServiceAccountToken: false,
      containers: [
        { name: 'main', image, resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } } },
      ],
    },
    status: index % TROUBLE_EVERY === 0 ? trouble(index / TROUBLE_EVERY, image) : running(index, image),
  }
}

function running(index: number, image: string): Json {
  const ip = `10.${128 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
  return {
    phase: 'Running',
    startTime: SINCE,
    podIP: ip,
    podIPs: [{ ip }],
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(type => condition(type, true)),
    containerStatuses: [container(image, { running: { startedAt: SINCE } }, index % 7 === 0 ? 1 : 0)],
  }
}

function trouble(index: number, image: string): Json {
  const waiting = (reason: string, message: string) => ({ waiting: { reason, message } })
  const ways = [
    { phase: 'Running', state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container'), restarts: 42 },
    { phase: 'Pending', state: waiting('ImagePullBackOff', `Back-off pulling image "${image}"`), restarts: 0 },
    {
      phase: 'Failed',
      state: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: SINCE, startedAt: SINCE } },
      restarts: 3,
    },
    {
      phase: 'Succeeded',
      state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: SINCE, startedAt: SINCE } },
      restarts: 0,
    },
  ]
  const way = of(ways, index)
  return {
    phase: way.phase,
    startTime: SINCE,
    conditions: [condition('PodScheduled', true), condition('Ready', false, 'ContainersNotReady')],
    containerStatuses: [container(image, way.state, way.restarts)],
  }
}

function container(image: string, state: Json, restartCount: number): Json {
  const ready = 'running' in state
  return { name: 'main', image, imageID: '', ready, started: ready, restartCount, state }
}

function condition(type: string, status: boolean, reason?: string): Json {
  return {
    type,
    status: status ? 'True' : 'False',
    lastTransitionTime: SINCE,
    ...(reason && { reason, message: reason }),
  }
}
