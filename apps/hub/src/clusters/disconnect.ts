import type { Phase, Receipt } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import { MoorageError } from '../errors.ts'
import { type ClusterWithCredential, deleteCluster, lockCluster } from '../store/clusters.ts'
import { dropLedger, type LedgerEntry, owedObjects, removedObjects } from '../store/ledger.ts'
import { insertTombstone } from '../store/tombstones.ts'
import type { ClusterDeps } from './deps.ts'
import { forgets, keeps, nextStep } from './disconnect-plan.ts'
import { findClusterRow } from './find.ts'
import { TOMBSTONE_MS } from './limits.ts'
import { removeObjects } from './remove-objects.ts'

const named = ({ kind, namespace, name }: LedgerEntry) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`

/** The removal stopped. What is owed is named, and force offered. */
function refusal(name: string, owed: readonly LedgerEntry[], because: Error): MoorageError {
  const objects = owed.slice(0, 20).map(named).join(', ')
  const what = `Moorage still has ${owed.length} of its objects in ${name}: ${objects}.`
  const fix = 'Try again when it can be reached, or force the disconnect: the receipt then lists what is left behind.'
  const extra = { step: 'remove', fix, cluster: name, cause: because }
  return because instanceof KubeStatusError && (because.status === 401 || because.status === 403)
    ? new MoorageError('credential_forbidden', `${what} The credential may not remove them: ${because.message}`, extra)
    : new MoorageError('cluster_unreachable', `${what} They could not be removed: ${because.message}`, extra)
}

/** One transaction: credential, inventory and record go, the receipt comes. */
async function forget(
  { store, now }: ClusterDeps,
  row: ClusterWithCredential,
  forced: boolean,
  who: Identity,
): Promise<Receipt> {
  return store.db.transaction().execute(async trx => {
    // Of two that disconnect at once, the second finds nothing here.
    if (!(await lockCluster(trx, row.id))) {
      throw new MoorageError('cluster_not_found', `${row.name} was disconnected meanwhile.`)
    }
    const at = now()
    const owed = await owedObjects(trx, row.id)
    const receipt: Receipt = {
      id: row.id,
      name: row.name,
      uid: row.uid,
      disconnectedAt: at.toISOString(),
      by: who.name,
      forced,
      removed: await removedObjects(trx, row.id),
      owed: owed.map(({ id: _, ...object }) => object),
      forgotten: forgets(row.credential?.server ?? null),
      kept: keeps(),
      tombstoneUntil: new Date(at.getTime() + TOMBSTONE_MS).toISOString(),
    }
    await insertTombstone(trx, receipt)
    await dropLedger(trx, row.id)
    await deleteCluster(trx, row.id)
    return receipt
  })
}

/**
 * Forgets a cluster, after taking what the hub put into it out again. Where
 * the hub put nothing, this never touches the member and works when it is gone.
 */
export async function disconnectCluster(
  deps: ClusterDeps,
  ref: string,
  { force }: { force: boolean },
  who: Identity,
  signal: AbortSignal = new AbortController().signal,
): Promise<Receipt> {
  const { store, connections, changes, now } = deps
  const row = await findClusterRow(deps, ref)
  const phase = row.phase as Phase
  let failed: Error = new TransportError('aborted', 'Their removal was not tried.')
  let owed = await owedObjects(store.db, row.id)
  let step = nextStep({ phase, owed, force, tried: false })
  if (step === 'remove') {
    await removeObjects(deps, row.id, signal).catch(error => {
      failed = error
    })
    owed = await owedObjects(store.db, row.id)
    step = nextStep({ phase, owed, force, tried: true })
  }
  if (step === 'refuse') throw refusal(row.name, owed, failed)
  const receipt = await forget(deps, row, force, who)
  await connections.drop(row.id)
  changes.publish({ type: 'gone', cluster: row.id, name: row.name, kinds: [], at: now().toISOString() })
  return receipt
}
