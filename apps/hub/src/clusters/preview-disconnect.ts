import type { DisconnectPreview } from '@moorage/contract/cluster.ts'
import { owedObjects } from '../store/ledger.ts'
import type { ClusterDeps } from './deps.ts'
import { forgottenOf } from './disconnect.ts'
import { forgets, keeps } from './disconnect-plan.ts'
import { findClusterRow } from './find.ts'

/** What a disconnect would do. Says whether the member answered last; does not dial it. */
export async function previewDisconnect(
  deps: Pick<ClusterDeps, 'store' | 'now' | 'members'>,
  ref: string,
): Promise<DisconnectPreview> {
  const row = await findClusterRow(deps, ref)
  // Of an import that was given up, nobody is there who could remove anything.
  const owed = row.uid === null ? [] : await owedObjects(deps.store.db, row.id)
  const forgotten = await forgottenOf(deps, row)
  const answers = row.phase === 'Running' || row.phase === 'Warning'
  return {
    cluster: row.name,
    reachable: row.connection === 'agent' ? await deps.members.connected(row.id) : answers,
    removes: owed.map(({ id: _, ...object }) => object),
    forgets: forgets(forgotten),
    keeps: keeps(forgotten),
  }
}
