import type { Connected, Mode, ReplaceKubeconfig } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { sealTarget } from '../connections/credentials.ts'
import { MoorageError } from '../errors.ts'
import { dropAgent } from '../store/agents.ts'
import { lockCluster, useKubeconfig } from '../store/clusters.ts'
import { putCredential } from '../store/credentials.ts'
import { checkKubeconfig, type TellStep } from './check.ts'
import type { ClusterDeps } from './deps.ts'
import { findClusterRow } from './find.ts'
import { getCluster } from './get.ts'
import { SEND_AWAY_MS } from './limits.ts'
import { removeByAgent } from './remove-by-agent.ts'
import { requireCapability } from './require-capability.ts'

/**
 * The agent takes itself out, now or when it dials the next time: a cluster
 * that is reached by a kubeconfig has none.
 */
async function sendAway(deps: ClusterDeps, row: { id: string; name: string; mode: Mode }): Promise<void> {
  try {
    await removeByAgent(deps, row, AbortSignal.timeout(SEND_AWAY_MS))
    await dropAgent(deps.store.db, row.id)
  } catch (error) {
    // It is away or was slow: it is told when it comes back, and the ledger has what it leaves till then.
    if (!(error instanceof Error)) throw error
  }
  await deps.members.cut(row.id, `${row.name} is reached by a kubeconfig now.`)
}

/** Replaces a cluster's kubeconfig by one that reaches the same cluster, and ends what ran on the old one. Moves it from its agent to the kubeconfig, where it had one. */
export async function replaceKubeconfig(
  deps: ClusterDeps,
  ref: string,
  input: ReplaceKubeconfig,
  _who: Identity,
  signal: AbortSignal = new AbortController().signal,
  tell?: TellStep,
): Promise<Connected> {
  const { store, sealer, connections, changes, now } = deps
  const row = await findClusterRow(deps, ref)
  requireCapability(row, 'replace-kubeconfig')
  if (row.connection === 'cloud' || row.uid === null) {
    const why =
      row.uid === null
        ? 'has not joined yet, so nobody can tell whether the kubeconfig reaches it'
        : 'is not connected by a kubeconfig'
    throw new MoorageError('not_this_connection', `${row.name} ${why}.`, {
      fix:
        row.uid === null ? 'Disconnect it, and connect it by the kubeconfig.' : 'Look at how the cluster is connected.',
      cluster: row.name,
    })
  }
  const checked = await checkKubeconfig(deps, { ...input, mode: row.mode }, signal, tell)
  const { steps, uid, version } = checked
  if (uid !== row.uid) {
    throw new MoorageError(
      'cluster_mismatch',
      `The kubeconfig reaches another cluster: its kube-system namespace has the UID ${uid}, and ${row.name} has ${row.uid}.`,
      {
        step: 'identity',
        fix: `Use a kubeconfig of ${row.name}, or connect the other cluster under a name of its own.`,
        cluster: row.name,
      },
    )
  }
  if (input.dryRun) return { cluster: null, steps, uid, version }
  const sealed = sealTarget(sealer, row.id, checked.target)
  const kept = await store.db.transaction().execute(async trx => {
    if (!(await lockCluster(trx, row.id))) return false
    await putCredential(trx, row.id, { ...sealed, info: checked.info }, now())
    await useKubeconfig(trx, row.id)
    return true
  })
  if (!kept) throw new MoorageError('cluster_not_found', `${row.name} was disconnected meanwhile.`)
  await connections.drop(row.id)
  if (row.connection === 'agent') await sendAway(deps, row)
  changes.publish({ type: 'cluster', cluster: row.id, name: row.name, kinds: [], at: now().toISOString() })
  return { cluster: await getCluster(deps, row.id), steps, uid, version }
}
