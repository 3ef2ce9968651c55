import { type Workload, WorkloadKind } from '@moorage/contract/inventory.ts'
import { countObjects, type ObjectRow, pageOfObjects } from '../store/inventory-pages.ts'
import type { PageQuery, QueriedCluster, QueryDeps } from './deps.ts'
import { objectKey, objectParts } from './objects.ts'
import { cutPage } from './paging.ts'
import { lastSeenOf } from './shapes.ts'

/** Workloads of one cluster, by kind, namespace and name. */
export async function listWorkloads(
  { store, now }: QueryDeps,
  cluster: QueriedCluster,
  query: PageQuery & { kind?: Workload['kind'] | undefined; namespace?: string | undefined },
): Promise<{ items: Workload[]; next: string | null; total: number }> {
  const filter = {
    kinds: query.kind === undefined ? WorkloadKind.options : [query.kind],
    namespace: query.namespace,
    limits: query.limits,
  }
  const [rows, total] = await Promise.all([
    pageOfObjects(store.db, cluster.id, filter, objectKey(query.continue), query.limit + 1),
    countObjects(store.db, cluster.id, filter),
  ])
  const { page, next } = cutPage(rows, query.limit, objectParts)
  return { items: page.map(row => workloadOf(row, now())), next, total }
}

const count = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : 0)

const workloadOf = (row: ObjectRow, now: Date): Workload => ({
  kind: row.kind as Workload['kind'],
  namespace: row.namespace,
  name: row.name,
  status: row.status,
  ready: count(row.data.ready),
  desired: count(row.data.desired),
  images: row.images,
  createdAt: row.created_at.toISOString(),
  lastSeen: lastSeenOf(row, now),
})
