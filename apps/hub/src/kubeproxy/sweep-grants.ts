import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import { del, getJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeObject } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { keyOfObject, type MemberObject, memberPrefix, memberRbac } from '../access/member-rbac.ts'
import type { Policy } from '../access/policy.ts'
import { findClusterTarget } from '../store/cluster-target.ts'
import { claimUnused, clustersWithNamed, dropFromLedger, objectsNamed, type UsedObject } from '../store/ledger.ts'
import type { Store } from '../store/store.ts'
import { pathOfMember } from './grants.ts'

/** What nobody's request has needed for so long is taken out again, in ms. */
const UNUSED_KEPT_MS = 8 * 3_600_000

/** Time for one object, in ms. */
const DELETE_MS = 10_000

export interface SweepDeps {
  store: Pick<Store, 'db'>
  instance: string
  policy: { current(): Policy }
  connections: { transport(clusterId: string): Promise<KubeTransport> }
  now: () => Date
  warn: (message: string, error: unknown) => void
}

const keyOf = ({ kind, namespace, name }: UsedObject) =>
  keyOfObject({
    kind: kind as MemberObject['kind'],
    metadata: { name, ...(namespace === null ? {} : { namespace }), labels: {}, annotations: {} },
  })

/** What of a cluster's objects the rules of now do not ask for, or nobody has used for long. Bindings come before their roles. */
export function unneeded(
  objects: readonly UsedObject[],
  cluster: ClusterFacts,
  { policy, instance, now }: { policy: Policy; instance: string; now: Date },
): UsedObject[] {
  const places = [...new Set([null, ...objects.map(({ namespace }) => namespace)])]
  const wanted =
    cluster.mode === 'full'
      ? places.flatMap(namespace => memberRbac(policy.bindings, { cluster, namespace, instance, now }))
      : []
  const keys = new Set(wanted.map(keyOfObject))
  const since = now.getTime() - UNUSED_KEPT_MS
  return objects
    .filter(object => !keys.has(keyOf(object)) || (object.usedAt !== null && object.usedAt.getTime() < since))
    .sort((a, b) => Number(a.kind === 'ClusterRole') - Number(b.kind === 'ClusterRole'))
}

/** The UID of what is there under the name, if it is this hub's. */
async function ownUid(transport: KubeTransport, path: string, instance: string): Promise<string | null> {
  try {
    const { metadata } = await getJson<KubeObject>(transport, path, AbortSignal.timeout(DELETE_MS))
    return metadata.labels?.['moorage.dev/instance'] === instance ? metadata.uid : null
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 404) return null
    throw error
  }
}

async function take({ store, instance }: SweepDeps, clusterId: string, object: UsedObject, transport: KubeTransport) {
  if (!(await claimUnused(store.db, object))) return
  const path = pathOfMember(object.kind as MemberObject['kind'], object.namespace, object.name)
  const uid = object.uid === '' ? await ownUid(transport, path, instance) : object.uid
  if (uid !== null) {
    try {
      await del(transport, path, { preconditions: { uid } }, AbortSignal.timeout(DELETE_MS))
    } catch (error) {
      // Another object has taken its name.
      if (!(error instanceof KubeStatusError) || error.status !== 409) throw error
    }
  }
  await dropFromLedger(store.db, clusterId, object)
}

/** Takes out of one cluster what is not needed there any more; with `all`, everything that requests had put there. */
export async function sweepCluster(deps: SweepDeps, clusterId: string, all = false): Promise<number> {
  const { store, instance, policy, connections, now } = deps
  const objects = await objectsNamed(store.db, clusterId, memberPrefix(instance))
  const cluster = await findClusterTarget(store.db, clusterId)
  // A member that is read-only now lets nothing be taken out; its removal says so.
  if (cluster?.mode !== 'full') return 0
  const going = all
    ? unneeded(objects, { ...cluster, mode: 'read-only' }, { policy: policy.current(), instance, now: now() })
    : unneeded(objects, cluster, { policy: policy.current(), instance, now: now() })
  if (going.length === 0) return 0
  const transport = await connections.transport(clusterId)
  for (const object of going) await take(deps, clusterId, object, transport)
  return going.length
}

/** The same for every cluster. One that does not answer is tried again the next time. */
export async function sweepGrants(deps: SweepDeps): Promise<void> {
  for (const id of await clustersWithNamed(deps.store.db, memberPrefix(deps.instance))) {
    await sweepCluster(deps, id).catch(error =>
      deps.warn('Roles and bindings that are not needed any more could not be taken out of a cluster.', error),
    )
  }
}
