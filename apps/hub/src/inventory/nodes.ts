import type { Resources } from '@moorage/contract/cluster.ts'
import type { Node } from '@moorage/contract/inventory.ts'
import { countObjects, type ObjectRow, pageOfObjects, requestedOnNodes } from '../store/inventory-pages.ts'
import { readUsage } from '../store/samples.ts'
import type { PageQuery, QueriedCluster, QueryDeps } from './deps.ts'
import { METRICS_FRESH_MS } from './limits.ts'
import { cutPage, readPageToken } from './paging.ts'
import { lastSeenOf } from './shapes.ts'

/** Nodes of one cluster by name, with what their pods ask for and what they use. */
export async function listNodes(
  { store, now }: QueryDeps,
  cluster: QueriedCluster,
  query: PageQuery,
): Promise<{ items: Node[]; next: string | null; total: number }> {
  const filter = { kinds: ['Node'] }
  const name = readPageToken(query.continue, 1)?.[0]
  const after = name === undefined ? null : { kind: 'Node', namespace: '', name }
  const [rows, total] = await Promise.all([
    pageOfObjects(store.db, cluster.id, filter, after, query.limit + 1),
    countObjects(store.db, cluster.id, filter),
  ])
  const { page, next } = cutPage(rows, query.limit, row => [row.name])
  const names = page.map(row => row.name)
  const at = now()
  const [requests, usage] = await Promise.all([
    requestedOnNodes(store.db, cluster.id, names),
    readUsage(store.db, cluster.id, names),
  ])
  const requested = new Map(requests.map(({ node, ...sums }) => [node, sums]))
  const fresh = usage.filter(reading => at.getTime() - reading.at.getTime() <= METRICS_FRESH_MS)
  const used = new Map(fresh.map(of => [of.node, { cpuMilli: of.cpu_milli, memoryBytes: of.memory_bytes }]))
  const items = page.map(row =>
    nodeOf(row, requested.get(row.name) ?? { cpuMilli: 0, memoryBytes: 0, pods: 0 }, used.get(row.name) ?? null, at),
  )
  return { items, next, total }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null)
const resources = (value: unknown) => (value ?? { cpuMilli: 0, memoryBytes: 0, pods: 0 }) as Resources

/** The row's data are those that the projector's `rows/node.ts` made. */
const nodeOf = (row: ObjectRow, requested: Resources, used: Node['used'], now: Date): Node => ({
  name: row.name,
  status: row.status,
  roles: Array.isArray(row.data.roles) ? row.data.roles.map(String) : [],
  kubelet: text(row.data.kubelet),
  os: text(row.data.os),
  architecture: text(row.data.architecture),
  containerRuntime: text(row.data.containerRuntime),
  region: textOrNull(row.data.region),
  zone: textOrNull(row.data.zone),
  instanceType: textOrNull(row.data.instanceType),
  providerId: textOrNull(row.data.providerId),
  internalIp: textOrNull(row.data.internalIp),
  capacity: resources(row.data.capacity),
  allocatable: resources(row.data.allocatable),
  requested,
  used,
  labels: row.labels,
  createdAt: row.created_at.toISOString(),
  lastSeen: lastSeenOf(row, now),
})
