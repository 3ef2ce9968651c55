import type { Change } from '@moorage/contract/hub.ts'

/** Under which key each query's answer is kept. `ref` is a cluster's name or id, as it stands in the address. */
export const keys = {
  fleet: ['fleet'] as const,
  cluster: (ref: string) => ['cluster', ref, 'cluster'] as const,
  limits: (ref: string) => ['cluster', ref, 'limits'] as const,
  sync: (ref: string) => ['cluster', ref, 'sync'] as const,
  importSteps: (ref: string) => ['cluster', ref, 'import'] as const,
  importPreview: (query: object) => ['import-preview', query] as const,
  offer: (id: string) => ['offer', id] as const,
  nodes: (ref: string) => ['cluster', ref, 'nodes'] as const,
  workloads: (ref: string, filter: object) => ['cluster', ref, 'workloads', filter] as const,
  pods: (ref: string) => ['cluster', ref, 'pods'] as const,
  containers: (ref: string, namespace: string, pod: string) => ['cluster', ref, 'containers', namespace, pod] as const,
  podTerminal: (ref: string, target: object) => ['cluster', ref, 'pod-terminal', target] as const,
  prompt: (ref: string) => ['cluster', ref, 'prompt'] as const,
  promptHistory: (ref: string) => ['prompt-history', ref] as const,
  events: (ref: string, filter: object) => ['cluster', ref, 'events', filter] as const,
  metrics: (ref: string, range: string) => ['cluster', ref, 'metrics', range] as const,
  disconnect: (ref: string) => ['cluster', ref, 'disconnect'] as const,
  search: (q: string) => ['search', q] as const,
  receipts: ['receipts'] as const,
  whoami: ['whoami'] as const,
  signIn: ['sign-in'] as const,
  account: ['account', 'self'] as const,
  sessions: ['account', 'sessions'] as const,
  tokens: ['account', 'tokens'] as const,
  info: ['info'] as const,
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'])

/** Whether a change makes the answer under `key` out of date. */
export function touches(change: Change, key: readonly unknown[]): boolean {
  if (change.type === 'ping' || change.type === 'role-request') return false
  // Whose rights changed is not told, so anything may look different now.
  if (change.type === 'access') return true
  const [resource, ref, part] = key
  if (resource === 'fleet') return change.type === 'cluster' || change.type === 'gone'
  if (resource === 'receipts') return change.type === 'gone'
  if (resource === 'search') return change.type === 'inventory' || change.type === 'gone'
  if (resource !== 'cluster' || (ref !== change.cluster && ref !== change.name)) return false
  switch (change.type) {
    case 'gone':
      return true
    case 'cluster':
      return part === 'cluster'
    case 'events':
      return part === 'events'
    case 'metrics':
      return part === 'metrics' || part === 'nodes'
    case 'inventory':
      return touchesInventory(change.kinds, part)
    default:
      return change.type satisfies never
  }
}

function touchesInventory(kinds: readonly string[], part: unknown): boolean {
  if (part === 'sync') return true
  if (part === 'nodes') return kinds.length === 0 || kinds.includes('Node') || kinds.includes('Pod')
  if (part === 'workloads') return kinds.length === 0 || kinds.some(kind => WORKLOADS.has(kind))
  if (part === 'pods') return kinds.length === 0 || kinds.includes('Pod')
  if (part === 'events') return kinds.includes('Event')
  return false
}
