import { clusterUnknown } from '../errors.ts'
import { type ClusterWithCredential, findCluster } from '../store/clusters.ts'
import { findReceipt } from '../store/tombstones.ts'
import type { ClusterDeps } from './deps.ts'

/** The row of the cluster with this id or name. Rejects where there is none; one that was disconnected says so. */
export async function findClusterRow(
  { store, now }: Pick<ClusterDeps, 'store' | 'now'>,
  ref: string,
): Promise<ClusterWithCredential> {
  const row = await findCluster(store.db, ref)
  if (row) return row
  const gone = await findReceipt(store.db, ref, now())
  if (!gone) throw clusterUnknown(ref)
  throw clusterUnknown(
    ref,
    `A cluster ${gone.name} was disconnected at ${gone.disconnectedAt}.`,
    'Connect it again, or see its receipt.',
  )
}
