import { z } from 'zod'
import { Resources } from './cluster.ts'
import { Instant, Page } from './common.ts'

/** The kinds that the projector reads. */
export const InventoryKind = z.enum([
  'Node',
  'Namespace',
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'Service',
  'Ingress',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'StorageClass',
  'CustomResourceDefinition',
  'ResourceQuota',
])
export type InventoryKind = z.infer<typeof InventoryKind>

export const WorkloadKind = z.enum(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'])

export const Node = z
  .object({
    name: z.string(),
    status: z.string().describe('Ready, NotReady or Unknown, with ",SchedulingDisabled" where cordoned'),
    roles: z.array(z.string()),
    kubelet: z.string(),
    os: z.string(),
    architecture: z.string(),
    containerRuntime: z.string(),
    region: z.string().nullable(),
    zone: z.string().nullable(),
    instanceType: z.string().nullable(),
    providerId: z.string().nullable(),
    internalIp: z.string().nullable(),
    capacity: Resources,
    allocatable: Resources,
    requested: Resources.describe('Sum over the pods on the node that have not ended'),
    used: Resources.omit({ pods: true }).nullable(),
    labels: z.record(z.string(), z.string()),
    createdAt: Instant,
    lastSeen: Instant,
  })
  .meta({ id: 'Node' })
export type Node = z.infer<typeof Node>

export const Workload = z
  .object({
    kind: WorkloadKind,
    namespace: z.string(),
    name: z.string(),
    status: z
      .string()
      .describe('One word, such as Available, Progressing, Degraded, Complete, Failed, Suspended, Scheduled'),
    ready: z.int(),
    desired: z.int(),
    images: z.array(z.string()),
    createdAt: Instant,
    lastSeen: Instant,
  })
  .meta({ id: 'Workload' })
export type Workload = z.infer<typeof Workload>

/** One object of the inventory, as search and object lists show it. */
export const InventoryObject = z
  .object({
    cluster: z.string().describe('Name of the cluster'),
    kind: InventoryKind,
    apiVersion: z.string(),
    namespace: z.string().nullable(),
    name: z.string(),
    uid: z.string(),
    status: z.string(),
    node: z.string().nullable(),
    images: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
    owner: z.object({ kind: z.string(), name: z.string() }).nullable(),
    data: z.record(z.string(), z.unknown()).describe('The few numbers and words that lists of this kind show'),
    createdAt: Instant,
    lastSeen: Instant,
  })
  .meta({ id: 'InventoryObject' })
export type InventoryObject = z.infer<typeof InventoryObject>

export const Event = z
  .object({
    id: z.string(),
    cluster: z.string(),
    type: z.string().describe('Normal or Warning'),
    reason: z.string(),
    message: z.string(),
    kind: z.string(),
    namespace: z.string().nullable(),
    name: z.string(),
    source: z.string(),
    count: z.int(),
    firstSeen: Instant,
    lastSeen: Instant,
  })
  .meta({ id: 'Event' })
export type Event = z.infer<typeof Event>

/** A point of a metrics series: [Unix seconds, CPU in millicores, memory in bytes]. */
export const MetricPoint = z.tuple([z.number(), z.number(), z.number()])

export const Metrics = z
  .object({
    available: z.boolean(),
    reason: z.string().describe('Why there are none, or where they come from'),
    stepSeconds: z.int(),
    points: z.array(MetricPoint),
    allocatable: Resources.nullable(),
    nodes: z
      .array(z.object({ name: z.string(), cpuMilli: z.number(), memoryBytes: z.number(), at: Instant }))
      .describe('The newest reading of each node'),
  })
  .meta({ id: 'Metrics' })
export type Metrics = z.infer<typeof Metrics>

/** How far the inventory of one kind has come. */
export const SyncState = z
  .object({
    kind: z.string(),
    state: z.enum(['pending', 'listing', 'watching', 'forbidden', 'absent', 'failed']),
    message: z.string().nullable(),
    count: z.int(),
    syncedAt: Instant.nullable(),
  })
  .meta({ id: 'SyncState' })
export type SyncState = z.infer<typeof SyncState>

export const ObjectQuery = Page.extend({
  kind: InventoryKind.optional(),
  namespace: z.string().max(63).optional(),
})
export const NodeQuery = Page
export const WorkloadQuery = Page.extend({ kind: WorkloadKind.optional(), namespace: z.string().max(63).optional() })
export const EventQuery = Page.extend({
  since: Instant.optional(),
  type: z.enum(['Normal', 'Warning']).optional(),
  namespace: z.string().max(63).optional(),
})
export const MetricsQuery = z.object({ range: z.enum(['1h', '24h', '7d']).default('1h') })
export const SearchQuery = Page.extend({
  q: z
    .string()
    .max(1000)
    .default('')
    .describe('Such as: kind:Pod status:CrashLoopBackOff image:nginx ns:shop -cluster:dev label:app=web text'),
})
