import type { Connected, ReplaceKubeconfig } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { sealTarget } from '../connections/credentials.ts'
import { MoorageError } from '../errors.ts'
import { lockCluster, updateCluster } from '../store/clusters.ts'
import { putCredential } from '../store/credentials.ts'
import { checkKubeconfig } from './check.ts'
import type { ClusterDeps } from './deps.ts'
import { findClusterRow } from './find.ts'
import { getCluster } from './get.ts'

/** Replaces a cluster's kubeconfig by one that reaches the same cluster, and ends what ran on the old one. */
export async function replaceKubeconfig(
  deps: ClusterDeps,
  ref: string,
  input: ReplaceKubeconfig,
  _who: Identity,
  signal: AbortSignal = new AbortController().signal,
): Promise<Connected> {
  const { store, sealer, connections, changes, now } = deps
  const row = await findClusterRow(deps, ref)
  if (row.connection !== 'direct') {
    throw new MoorageError(
      'bad_request',
      `${row.name} is not connected by a kubeconfig, so there is none to replace.`,
      {
        cluster: row.name,
      },
    )
  }
  const checked = await checkKubeconfig(deps, { ...input, mode: row.mode }, signal)
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
    await updateCluster(trx, row.id, {})
    return true
  })
  if (!kept) throw new MoorageError('cluster_not_found', `${row.name} was disconnected meanwhile.`)
  await connections.drop(row.id)
  changes.publish({ type: 'cluster', cluster: row.id, name: row.name, kinds: [], at: now().toISOString() })
  return { cluster: await getCluster(deps, row.id), steps, uid, version }
}
