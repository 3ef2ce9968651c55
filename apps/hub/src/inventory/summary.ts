import type { Resources } from '@moorage/contract/cluster.ts'
import { type NodeEvidence, rowEvidence } from '@moorage/projector/evidence.ts'
import { type NodeSums, readNodeRows, sumNodes, sumRequests, sumUsage } from '../store/inventory-summary.ts'
import { readSync, type SyncRow } from '../store/inventory-sync.ts'
import type { QueryDeps } from './deps.ts'
import { METRICS_FRESH_MS } from './limits.ts'

/** A cluster's sums. A part is null while its kind was not read yet, or can't be. */
export interface InventorySummary {
  nodeCount: number | null
  readyNodeCount: number | null
  podCount: number | null
  capacity: Resources | null
  allocatable: Resources | null
  requested: Resources | null
  used: Omit<Resources, 'pods'> | null
}

/** A kind of which rows are there: its list has ended, or at least begun. */
const wasRead = (sync: readonly SyncRow[], kind: string) =>
  sync.some(row => row.kind === kind && (row.syncedAt !== null || row.count > 0))

/** What all nodes use now; null where metrics are absent or old. */
export const readUsed = ({ store: { db }, now }: QueryDeps, clusterId: string) =>
  sumUsage(db, clusterId, new Date(now().getTime() - METRICS_FRESH_MS))

/** What all nodes together offer to pods; null while nodes were not read or can't be. */
export async function readAllocatable({ store: { db } }: QueryDeps, clusterId: string): Promise<Resources | null> {
  return wasRead(await readSync(db, clusterId), 'Node') ? allocatableOf(await sumNodes(db, clusterId)) : null
}

const allocatableOf = (nodes: NodeSums): Resources => ({
  cpuMilli: nodes.allocatableCpu,
  memoryBytes: nodes.allocatableMemory,
  pods: nodes.allocatablePods,
})

/** Sums up one cluster from its rows. `sumUps` keeps the answer while nothing changes. */
export async function summarise(deps: QueryDeps, clusterId: string): Promise<InventorySummary> {
  const { db } = deps.store
  const sync = await readSync(db, clusterId)
  const nodesRead = wasRead(sync, 'Node')
  const podsRead = wasRead(sync, 'Pod')
  const [nodes, requested, used] = await Promise.all([
    nodesRead ? sumNodes(db, clusterId) : null,
    podsRead ? sumRequests(db, clusterId) : null,
    readUsed(deps, clusterId),
  ])
  return {
    nodeCount: nodes?.nodes ?? null,
    readyNodeCount: nodes?.ready ?? null,
    podCount: podsRead ? (sync.find(({ kind }) => kind === 'Pod')?.count ?? null) : null,
    capacity: nodes && {
      cpuMilli: nodes.capacityCpu,
      memoryBytes: nodes.capacityMemory,
      pods: nodes.capacityPods,
    },
    allocatable: nodes && allocatableOf(nodes),
    requested,
    used,
  }
}

/** What detection may go by: evidence of every node, or null while nodes were not read or can't be. */
export async function readEvidence({ store: { db } }: QueryDeps, clusterId: string): Promise<NodeEvidence[] | null> {
  const sync = await readSync(db, clusterId)
  if (!wasRead(sync, 'Node')) return null
  return (await readNodeRows(db, clusterId)).map(rowEvidence)
}
