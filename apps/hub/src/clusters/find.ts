import { MoorageError } from '../errors.ts'
import { type ClusterWithCredential, findCluster } from '../store/clusters.ts'
import { findReceipt } from '../store/tombstones.ts'
import type { ClusterDeps } from './deps.ts'

/** Says that there is no such cluster. The same words to whoever may not see it. */
export const clusterUnknown = (ref: string, more = '', fix = 'List the clusters to see their names.'): MoorageError =>
  new MoorageError(
    'cluster_not_found',
    `No cluster has the name or id ${JSON.stringify(ref.slice(0, 63))}. ${more}`.trim(),
    { fix },
  )

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
