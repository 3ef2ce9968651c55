import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { type NodeObject, telltales } from '../evidence.ts'
import { placeOf } from '../places.ts'
import { amount, cpuMilli, memoryBytes, type Quantities } from '../quantity.ts'
import { conditionOf, rowOf } from './base.ts'

const ROLE_PREFIX = 'node-role.kubernetes.io/'

/** Roles as kubectl lists them: from both styles of label, sorted. */
export function nodeRoles(labels: Readonly<Record<string, string>>): string[] {
  const roles = new Set<string>()
  for (const [key, value] of Object.entries(labels)) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.add(key.slice(ROLE_PREFIX.length))
    if (key === 'kubernetes.io/role' && value !== '') roles.add(value)
  }
  return [...roles].sort()
}

/** `Ready`, `NotReady` or `Unknown`, and whether it is cordoned, in kubectl's words. */
function nodeStatus(node: NodeObject): string {
  const ready = conditionOf(node.status?.conditions, 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return node.spec?.unschedulable === true ? `${word},SchedulingDisabled` : word
}

const resources = (of: Quantities | undefined) => ({
  cpuMilli: cpuMilli(of),
  memoryBytes: memoryBytes(of),
  pods: amount(of, 'pods'),
})

/** Conditions other than Ready that are True: pressure of some kind. */
const pressures = (node: NodeObject) =>
  (node.status?.conditions ?? []).filter(({ type, status }) => type !== 'Ready' && status === 'True').map(c => c.type)

/** Node. Heartbeats change nothing in it, so they rewrite nothing. */
export function nodeRow(object: KubeObject): InventoryRow {
  const node: NodeObject = object
  const labels = node.metadata.labels ?? {}
  const info = node.status?.nodeInfo
  const providerId = node.spec?.providerID ?? null
  return rowOf('Node', 'v1', node, {
    status: nodeStatus(node),
    data: {
      roles: nodeRoles(labels),
      kubelet: info?.kubeletVersion ?? '',
      os: info?.osImage || (info?.operatingSystem ?? ''),
      architecture: info?.architecture ?? '',
      kernel: info?.kernelVersion ?? '',
      containerRuntime: info?.containerRuntimeVersion ?? '',
      ...placeOf(labels, providerId),
      providerId,
      internalIp: node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? null,
      capacity: resources(node.status?.capacity),
      allocatable: resources(node.status?.allocatable),
      pressures: pressures(node),
      taints: (node.spec?.taints ?? []).map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`),
      telltales: telltales(node),
    },
  })
}
