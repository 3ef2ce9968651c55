import type { DisconnectPreview } from '@moorage/contract/cluster.ts'
import { owedObjects } from '../store/ledger.ts'
import type { ClusterDeps } from './deps.ts'
import { forgets, keeps } from './disconnect-plan.ts'
import { findClusterRow } from './find.ts'

/** What a disconnect would do. Says whether the member answered last; does not dial it. */
export async function previewDisconnect(
  deps: Pick<ClusterDeps, 'store' | 'now'>,
  ref: string,
): Promise<DisconnectPreview> {
  const row = await findClusterRow(deps, ref)
  const owed = await owedObjects(deps.store.db, row.id)
  return {
    cluster: row.name,
    reachable: row.phase === 'Running' || row.phase === 'Warning',
    removes: owed.map(({ id: _, ...object }) => object),
    forgets: forgets(row.credential?.server ?? null),
    keeps: keeps(),
  }
}
