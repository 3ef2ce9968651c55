import type { SyncState } from '@moorage/contract/inventory.ts'
import { reportedKinds } from '@moorage/projector/project.ts'
import { readSync, type SyncRow } from '../store/inventory-sync.ts'
import type { QueriedCluster, QueryDeps } from './deps.ts'

/** How far the inventory of one cluster has come. */
export interface InventorySync {
  /** Every kind was read at least once, or can't be. */
  complete: boolean
  kinds: SyncState[]
}

/** Has this kind been read to its end once, or is it known that it can't be? */
const isDone = ({ syncedAt, state }: SyncRow) => syncedAt !== null || state === 'forbidden' || state === 'absent'

const unseen = (kind: string): SyncRow => ({
  kind,
  state: 'pending',
  message: null,
  resourceVersion: null,
  count: 0,
  version: 0,
  syncedAt: null,
})

/** How the reading of each kind stands, in the order in which they are read. */
export async function readInventorySync(
  { store }: Pick<QueryDeps, 'store'>,
  cluster: Pick<QueriedCluster, 'id'>,
): Promise<InventorySync> {
  const stored = new Map((await readSync(store.db, cluster.id)).map(row => [row.kind, row]))
  const rows = reportedKinds.map(kind => stored.get(kind) ?? unseen(kind))
  return {
    complete: rows.every(isDone),
    kinds: rows.map(({ kind, state, message, count, syncedAt }) => ({
      kind,
      state,
      message,
      count,
      syncedAt: syncedAt?.toISOString() ?? null,
    })),
  }
}
