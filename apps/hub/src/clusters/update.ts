import type { Cluster, Mode, UpdateCluster } from '@moorage/contract/cluster.ts'
import { Labels } from '@moorage/contract/common.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { MoorageError } from '../errors.ts'
import { findCluster, lockCluster, updateCluster as store } from '../store/clusters.ts'
import { uniqueViolation } from '../store/database-error.ts'
import type { ClusterRow } from '../store/tables.ts'
import { checkFailure } from './check-failure.ts'
import type { ClusterDeps } from './deps.ts'
import { findClusterRow } from './find.ts'
import { getCluster } from './get.ts'
import { CHECK_STEP_MS } from './limits.ts'
import { requireCapability } from './require-capability.ts'
import { missingFor, readRights } from './rights.ts'

/** The labels with the changes in them; null removes one. Refuses what Kubernetes would not take as labels. */
function merged(labels: Record<string, string>, changes: Record<string, string | null>): Record<string, string> {
  const all = Object.entries({ ...labels, ...changes }).flatMap(([key, value]) =>
    value === null ? [] : [[key, value]],
  )
  const read = Labels.safeParse(Object.fromEntries(all))
  if (read.success) return read.data
  const fields = read.error.issues.map(issue => ({
    path: ['labels', ...issue.path].join('.'),
    message:
      'issues' in issue && Array.isArray(issue.issues)
        ? String(issue.issues[0]?.message ?? issue.message)
        : issue.message,
  }))
  const [first] = fields
  throw new MoorageError('bad_request', `The labels can not be set: ${first?.path} ${first?.message}.`, { fields })
}

/** Full mode is more than was asked for when the cluster was connected, so the credential is looked at anew. */
async function verifyMode(deps: ClusterDeps, row: ClusterRow, mode: Mode, signal: AbortSignal): Promise<void> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(CHECK_STEP_MS)])
  let missing: string[]
  try {
    missing = missingFor(mode, await readRights(await deps.connections.transport(row.id), within))
  } catch (error) {
    throw checkFailure('rights', error)
  }
  if (missing.length === 0) return
  throw new MoorageError(
    'credential_forbidden',
    `The credential of ${row.name} may not ${missing.join(', ')}, which mode ${mode} needs.`,
    {
      step: 'rights',
      fix: 'Replace the kubeconfig by one that may, for example one made by moorage convert-kubeconfig --mode full.',
      cluster: row.name,
    },
  )
}

/** Changes name, project, labels or mode. */
export async function updateCluster(
  deps: ClusterDeps,
  ref: string,
  input: UpdateCluster,
  _who: Identity,
  signal: AbortSignal = new AbortController().signal,
): Promise<Cluster> {
  const row = await findClusterRow(deps, ref)
  requireCapability(row, 'relabel')
  const { labels, ...plain } = input
  if (row.connection === 'agent' && input.mode !== undefined && input.mode !== row.mode) {
    throw new MoorageError('not_this_connection', `The mode of ${row.name} is what its owner applied there.`, {
      fix: `Apply the manifest of the other mode: moorage cluster migrate ${row.name} --mode ${input.mode}.`,
      cluster: row.name,
    })
  }
  if (input.mode === 'full' && row.mode !== 'full') await verifyMode(deps, row, input.mode, signal)
  const nameTaken = () =>
    new MoorageError('name_taken', `Another cluster has the name or id ${input.name}.`, {
      fix: 'Choose another name.',
      fields: [{ path: 'name', message: 'is the name or id of another cluster' }],
    })
  const named = input.name === undefined ? undefined : await findCluster(deps.store.db, input.name)
  if (named && named.id !== row.id) throw nameTaken()
  try {
    await deps.store.db.transaction().execute(async trx => {
      const locked = await lockCluster(trx, row.id)
      if (!locked) throw new MoorageError('cluster_not_found', `${row.name} was disconnected meanwhile.`)
      const wanted = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
      await store(trx, row.id, { ...wanted, ...(labels ? { labels: merged(locked.labels, labels) } : {}) })
    })
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
    throw nameTaken()
  }
  await deps.connections.drop(row.id)
  const at = deps.now().toISOString()
  deps.changes.publish({ type: 'cluster', cluster: row.id, name: input.name ?? row.name, kinds: [], at })
  return getCluster(deps, row.id)
}
