import type { ConnectCluster, Connected } from '@moorage/contract/cluster.ts'
import type { Identity } from '@moorage/contract/hub.ts'
import { sealTarget } from '../connections/credentials.ts'
import { MoorageError } from '../errors.ts'
import { findCluster, findClusterByUid, insertCluster } from '../store/clusters.ts'
import { putCredential } from '../store/credentials.ts'
import { uniqueViolation } from '../store/database-error.ts'
import { type Checked, checkKubeconfig, type TellStep } from './check.ts'
import type { ClusterDeps } from './deps.ts'
import { noFacts } from './facts.ts'
import { getCluster } from './get.ts'
import { makeClusterId } from './id.ts'

const nameTaken = (name: string) =>
  new MoorageError('name_taken', `Another cluster has the name or id ${name}.`, {
    fix: 'Choose another name.',
    fields: [{ path: 'name', message: 'is the name of another cluster' }],
    cluster: name,
  })

const alreadyKnown = (as: string, byAgent = false) =>
  new MoorageError(
    'cluster_exists',
    `This cluster is already known, as ${as}: its kube-system namespace has the same UID.`,
    {
      step: 'identity',
      fix: byAgent
        ? `Use ${as}. To reach it by this kubeconfig instead of its agent: moorage cluster reconnect ${as} --kubeconfig FILE.`
        : `Use ${as}. For another credential, replace its kubeconfig; to start anew, disconnect it first.`,
      cluster: as,
    },
  )

/** One transaction: either the cluster and its credential are there, or nothing. */
async function keep(deps: ClusterDeps, input: ConnectCluster, who: Identity, checked: Checked): Promise<string> {
  const { store, sealer, now, random } = deps
  const id = makeClusterId(random)
  const at = now()
  const facts = { ...noFacts(), version: checked.version, rights: checked.rights }
  await store.db.transaction().execute(async trx => {
    await insertCluster(trx, {
      id,
      name: input.name,
      uid: checked.uid,
      project: input.project,
      labels: JSON.stringify(input.labels),
      origin: 'connected',
      connection: 'direct',
      mode: input.mode,
      // Its first pass says more, at once.
      phase: 'Pending',
      conditions: '[]',
      facts: JSON.stringify(facts),
      created_at: at,
      created_by: who.name,
      last_seen: at,
    })
    await putCredential(trx, id, { ...sealTarget(sealer, id, checked.target), info: checked.info }, at)
  })
  return id
}

/** Connects an existing cluster by kubeconfig. Nothing is stored before every step of the check has passed. */
export async function connectCluster(
  deps: ClusterDeps,
  input: ConnectCluster,
  who: Identity,
  signal: AbortSignal = new AbortController().signal,
  tell?: TellStep,
): Promise<Connected> {
  const { store, changes, now } = deps
  // Asked before the cluster is dialled, as it is the cheapest to say; the database has the last word.
  // Another cluster's id is refused too: who then says this name would mean that cluster.
  if (await findCluster(store.db, input.name)) throw nameTaken(input.name)
  const checked = await checkKubeconfig(deps, input, signal, tell)
  const { steps, uid, version } = checked
  const known = await findClusterByUid(store.db, uid)
  if (known) throw alreadyKnown(known.name, known.connection === 'agent')
  if (input.dryRun) return { cluster: null, steps, uid, version }
  let id: string
  try {
    id = await keep(deps, input, who, checked)
  } catch (error) {
    const violated = uniqueViolation(error)
    if (violated === null) throw error
    if (violated.includes('name')) throw nameTaken(input.name)
    throw alreadyKnown((await findClusterByUid(store.db, uid))?.name ?? 'another cluster')
  }
  changes.publish({ type: 'cluster', cluster: id, name: input.name, kinds: [], at: now().toISOString() })
  return { cluster: await getCluster(deps, id), steps, uid, version }
}
