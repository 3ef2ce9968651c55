import type { ClusterDeps } from '../clusters/deps.ts'
import { disconnectCluster } from '../clusters/disconnect.ts'
import { MoorageError } from '../errors.ts'
import { findCluster } from '../store/clusters.ts'

/**
 * An agent is there: a disconnect that waited for it is carried out, in the
 * name of who asked for it. The promise is kept when it ended; where it did not
 * end well, the next hello begins it again.
 */
export async function finishLeaving(deps: ClusterDeps, clusterId: string): Promise<void> {
  const row = await findCluster(deps.store.db, clusterId)
  if (row?.id !== clusterId || row.leaving_since === null) return
  const who = { kind: 'system' as const, id: 'disconnect', name: row.leaving_by ?? 'moorage', groups: [] }
  try {
    await disconnectCluster(deps, clusterId, { force: false }, who)
  } catch (error) {
    // Somebody else has just finished it.
    if (!(error instanceof MoorageError) || error.code !== 'cluster_not_found') throw error
  }
}
