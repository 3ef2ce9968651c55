import type { Receipt } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import { MoorageError } from '../errors.ts'
import { raiseAccessVersion } from '../store/access-version.ts'
import { findAgent } from '../store/agents.ts'
import { endBindingsNow, listNaming } from '../store/bindings.ts'
import { type ClusterWithCredential, deleteCluster, lockCluster, startLeaving } from '../store/clusters.ts'
import { listImportSteps } from '../store/import-steps.ts'
import { countObjects } from '../store/inventory-sync.ts'
import { dropLedger, type LedgerEntry, owedObjects, removedObjects } from '../store/ledger.ts'
import { forgetClusterInTokens } from '../store/tokens.ts'
import { insertTombstone } from '../store/tombstones.ts'
import type { ClusterDeps } from './deps.ts'
import { type Forgotten, forgets, keeps, nextStep } from './disconnect-plan.ts'
import { findClusterRow } from './find.ts'
import { TOMBSTONE_MS } from './limits.ts'
import { removeByAgent } from './remove-by-agent.ts'
import { removeObjects } from './remove-objects.ts'

const named = ({ kind, namespace, name }: LedgerEntry) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`

/** Its agent may be there, but the API server behind it was seen not to answer. */
const isUnanswered = ({ conditions }: ClusterWithCredential) =>
  conditions.some(({ type, status }) => type === 'APIServerReachable' && status === 'False')

/** The removal stopped. What is owed is named, and force offered. */
function refusal(
  { name, connection }: ClusterWithCredential,
  owed: readonly LedgerEntry[],
  because: Error,
): MoorageError {
  const objects = owed.slice(0, 20).map(named).join(', ')
  const what = `Moorage still has ${owed.length} of its objects in ${name}: ${objects}.`
  const goesOn = connection === 'agent' ? 'It goes on by itself when its agent comes back. ' : ''
  const fix = `${goesOn}Try again when it can be reached, or force the disconnect (--force): the receipt then lists what is left behind, and moorage cleanup removes it from outside.`
  const extra = { step: 'remove', fix, cluster: name, cause: because }
  return because instanceof KubeStatusError && (because.status === 401 || because.status === 403)
    ? new MoorageError('credential_forbidden', `${what} The credential may not remove them: ${because.message}`, extra)
    : new MoorageError('cluster_unreachable', `${what} They could not be removed: ${because.message}`, extra)
}

/** What the sentences of its receipt depend on. */
export async function forgottenOf(
  { store, now }: Pick<ClusterDeps, 'store' | 'now'>,
  row: ClusterWithCredential,
): Promise<Forgotten> {
  return {
    connection: row.connection,
    server: row.credential?.server ?? null,
    uid: row.uid,
    bindings: await listNaming(store.db, row, now()),
    counted: await countObjects(store.db, row.id),
  }
}

/** One transaction: credential, key, inventory, record and what names it go, the receipt comes. */
async function forget(
  deps: ClusterDeps,
  row: ClusterWithCredential,
  { forced, kept, who }: { forced: boolean; kept: string[]; who: Identity },
): Promise<Receipt> {
  const { store, now } = deps
  return store.db.transaction().execute(async trx => {
    await raiseAccessVersion(trx)
    const forgotten = await forgottenOf({ ...deps, store: { db: trx } }, row)
    // Of two that disconnect at once, the second finds nothing here.
    if (!(await lockCluster(trx, row.id))) {
      throw new MoorageError('cluster_not_found', `${row.name} was disconnected meanwhile.`)
    }
    const at = now()
    const agent = await findAgent(trx, row.id)
    const owed = await stillThere(trx, row)
    const receipt: Receipt = {
      id: row.id,
      name: row.name,
      uid: row.uid,
      disconnectedAt: at.toISOString(),
      by: who.name,
      forced,
      removed: await removedObjects(trx, row.id),
      owed: owed.map(({ id: _, ...object }) => object),
      forgotten: forgets(forgotten),
      kept: [...keeps(forgotten), ...kept],
      tombstoneUntil: new Date(at.getTime() + TOMBSTONE_MS).toISOString(),
    }
    const key = agent?.key_id && agent.public_key ? { keyId: agent.key_id, publicKey: agent.public_key } : null
    await insertTombstone(trx, receipt, key)
    await endBindingsNow(trx, forgotten.bindings, at)
    await forgetClusterInTokens(trx, row.name, at)
    await dropLedger(trx, row.id)
    await deleteCluster(trx, row.id)
    return receipt
  })
}

/** What is owed. Of an import whose agent was never heard of, most likely nothing was made. */
async function stillThere(trx: ClusterDeps['store']['db'], row: ClusterWithCredential): Promise<LedgerEntry[]> {
  const owed = await owedObjects(trx, row.id)
  if (row.uid !== null) return owed
  return (await listImportSteps(trx, row.id)).some(step => step.name === 'contact') ? owed : []
}

/** Takes what the hub put into the member out of it, whichever way it is reached. Gives sentences about what was kept. */
async function remove(deps: ClusterDeps, row: ClusterWithCredential, signal: AbortSignal): Promise<string[]> {
  if (row.connection === 'agent') return removeByAgent(deps, row, signal)
  await removeObjects(deps, row.id, signal)
  return []
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
  const { store, connections, members, changes, now } = deps
  const row = await findClusterRow(deps, ref)
  const byAgent = row.connection === 'agent'
  const silent = byAgent ? isUnanswered(row) || !(await members.connected(row.id)) : row.phase === 'Unreachable'
  let failed: Error = new TransportError('aborted', 'Their removal was not tried.')
  let kept: string[] = []
  let owed = row.uid === null ? [] : await owedObjects(store.db, row.id)
  let step = nextStep({ silent, owed, force, tried: false })
  if (step === 'remove') {
    // From here on it is on its way out, also after a restart of the hub.
    if (byAgent) await startLeaving(store.db, row.id, who.name, now())
    kept = await remove(deps, row, signal).catch(error => {
      failed = error
      return []
    })
    owed = await owedObjects(store.db, row.id)
    step = nextStep({ silent, owed, force, tried: true })
  }
  if (step === 'refuse') {
    changes.publish({ type: 'cluster', cluster: row.id, name: row.name, kinds: [], at: now().toISOString() })
    throw refusal(row, owed, failed)
  }
  const receipt = await forget(deps, row, { forced: force, kept, who })
  await members.cut(row.id, `${row.name} was disconnected.`)
  await connections.drop(row.id)
  changes.publish({ type: 'access', cluster: '', name: '', kinds: [], at: now().toISOString() })
  changes.publish({ type: 'gone', cluster: row.id, name: row.name, kinds: [], at: now().toISOString() })
  return receipt
}
