import type { Cluster } from '@moorage/contract/cluster.ts'
import { connectionsOf } from '../store/tunnels.ts'
import { clusterFrom } from './cluster.ts'
import type { ClusterDeps } from './deps.ts'
import { findClusterRow } from './find.ts'

/** The cluster with this id or name, as it was last seen. */
export async function getCluster(deps: Pick<ClusterDeps, 'store' | 'now'>, ref: string): Promise<Cluster> {
  const row = await findClusterRow(deps, ref)
  const connections = row.connection === 'agent' ? await connectionsOf(deps.store.db, [row.id]) : null
  return clusterFrom(row, connections?.get(row.id))
}
