import type { Transaction } from 'kysely'
import { holdCluster } from '../store/clusters.ts'
import type { Store } from '../store/store.ts'
import type { Database } from '../store/tables.ts'

/** The cluster was disconnected while it was read: its reading ends, and nothing of it is stored. */
export class ClusterGoneError extends Error {
  override readonly name = 'ClusterGoneError'

  constructor(clusterId: string) {
    super(`The cluster ${clusterId} was disconnected.`)
  }
}

/** One transaction that writes what was read of a cluster. Rejects with a `ClusterGoneError` where that was forgotten. */
export function writeOf<T>(
  { db }: Pick<Store, 'db'>,
  clusterId: string,
  write: (trx: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async trx => {
    if (!(await holdCluster(trx, clusterId))) throw new ClusterGoneError(clusterId)
    return write(trx)
  })
}
