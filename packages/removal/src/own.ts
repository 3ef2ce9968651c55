import { del } from '@moorage/kube/client.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { QUOTAS } from './count.ts'
import { findOurs } from './find.ts'
import { handOver } from './hand-over.ts'
import type { HoldDeps } from './hold.ts'
import { isHolder, whyHolderStays } from './holders.ts'
import { judge } from './judge.ts'
import { type Kind, readKinds } from './kinds.ts'
import { pathOf, readMetadata } from './look.ts'
import { lookForAll } from './named.ts'
import { whyNamespaceStays } from './namespace-content.ts'
import { wasThereBefore } from './namespace-origin.ts'
import { type Found, nameOf, type ObjectRef, toRef } from './object-ref.ts'
import { removalOrder } from './order.ts'
import { AGENT_NAME, COUNT_NAME, OWN_KINDS, type OwnKind, ownName } from './own-objects.ts'
import type { RemovalProgress } from './progress.ts'
import { removeHolders } from './remove-holders.ts'
import { missingRights } from './rights.ts'
import { removeInStages } from './stages.ts'
import { isNamespace } from './terminating.ts'
import { DEFAULT_TIMING, type Timing, until } from './timing.ts'
import { removeTogether } from './together.ts'

export interface RemoveOwnRequest {
  instance: string
  /** Where the agent runs. */
  namespace: string
  /** The hub's ledger. The agent's own objects may be among them. */
  objects: readonly ObjectRef[]
  keepNamespace?: boolean
}

/** The agent's own ways to its API server, as its own ServiceAccount, past its guard. */
export interface RemoveOwnDeps extends HoldDeps {
  transport: KubeTransport
  timing?: Timing
}

/**
 * Removes everything of one hub from the agent's cluster, by the ledger's names
 * and by label where kinds may be listed, and last the agent itself. Nothing is
 * begun where a right is missing, but for what another import of the same hub
 * has left elsewhere: that stays, and is told. Ends without `done` where something of the
 * hub's could not be removed: the agent is then still there, and this can be
 * called again.
 */
export async function* removeOwn(
  deps: RemoveOwnDeps,
  request: RemoveOwnRequest,
  signal: AbortSignal,
): AsyncGenerator<RemovalProgress> {
  const { transport } = deps
  const { kinds } = await readKinds(transport, signal)
  const around = await lookAround(transport, kinds, request, signal)
  for (const ref of around.absent) yield { removed: ref }
  for (const { object, because } of around.keeps) yield { kept: toRef(object), because }
  const { lacks, elsewhere } = await lacking(transport, around, request, signal)
  for (const { ref, message } of [...around.hidden, ...lacks]) yield { failed: ref, message }
  if (lacks.length + around.hidden.length > 0) return
  for (const { ref, message } of elsewhere) yield { kept: ref, because: message }
  const spared = new Set(elsewhere.map(({ ref }) => ref.uid))
  const all = { ...around, others: around.others.filter(({ uid }) => !spared.has(uid)) }

  if (yield* removeOthers(transport, kinds, all, deps.timing ?? DEFAULT_TIMING, signal)) return
  const left = await scan(transport, kinds, request, spared, deps.timing ?? DEFAULT_TIMING, signal)
  yield { scan: left.map(toRef) }
  if (left.length > 0) return

  const stays = await namespaceStays(transport, kinds, request, all, signal)
  if (stays !== null) yield await kept(transport, stays, signal)
  const own = removalOrder(
    all.own.filter(object => object !== stays?.namespace),
    () => true,
  ).flat()
  yield* removeTogether(deps, own, signal)
}

/** A namespace stays without our labels: whatever is in it, nothing of it is ours any more. */
async function kept(
  transport: KubeTransport,
  { namespace, because }: { namespace: Found; because: string },
  signal: AbortSignal,
): Promise<RemovalProgress> {
  const refused = await handOver(transport, namespace, signal)
  const labels = `; the labels of this Moorage stay on it, as they could not be taken off: ${refused}`
  return { kept: toRef(namespace), because: `${because}${refused === null ? '' : labels}` }
}

/** All that is not the agent itself; resolves with whether something of it could not be removed. */
async function* removeOthers(
  transport: KubeTransport,
  kinds: readonly Kind[],
  { own, others, follows }: Around,
  timing: Timing,
  signal: AbortSignal,
): AsyncGenerator<RemovalProgress, boolean> {
  const ours = [...own, ...others, ...follows]
  const holders = others.filter(isHolder)
  const going: Found[] = []
  const failed: Found[] = []
  for (const object of holders) {
    const because = await whyHolderStays(transport, kinds, object, ours, signal)
    if (because === null) {
      going.push(object)
      continue
    }
    const refused = await handOver(transport, object, signal)
    if (refused !== null) failed.push(object)
    yield refused === null ? { kept: toRef(object), because } : { failed: toRef(object), message: refused }
  }
  const inside = others.filter(object => !isHolder(object))
  for await (const { object, because } of removeInStages(transport, inside, timing, signal)) {
    if (because !== null) failed.push(object)
    yield because === null ? { removed: toRef(object) } : { failed: toRef(object), message: because }
  }
  for await (const { object, because } of removeHolders(transport, going, { ours, failed }, timing, signal)) {
    if (because !== null) failed.push(object)
    yield because === null ? { removed: toRef(object) } : { failed: toRef(object), message: because }
  }
  return failed.length > 0
}

/** Everything that this is about, as it is now. */
interface Around {
  /** The agent's own objects. */
  own: Found[]
  /** Goes with them. */
  follows: Found[]
  /** All else of the hub's. */
  others: Found[]
  keeps: { object: Found; because: string }[]
  absent: ObjectRef[]
  hidden: { ref: ObjectRef; message: string }[]
}

async function lookAround(
  transport: KubeTransport,
  kinds: readonly Kind[],
  request: RemoveOwnRequest,
  signal: AbortSignal,
): Promise<Around> {
  const scope = { instance: request.instance }
  const ownPlaces = ownRefs(request)
  // The one that counts is there only where an earlier removal was killed.
  const named = await lookForAll(transport, kinds, [...ownPlaces, countRef(request), ...request.objects], signal)
  const { objects } = await findOurs(transport, scope, signal)
  const byUid = new Map([...named.found, ...objects].map(found => [found.uid, found]))
  const { removes, follows, keeps } = judge([...byUid.values()], scope)
  const isOwn = (found: Found) => ownPlaces.some(place => isAt(found, place)) || isAt(found, countRef(request))
  return {
    own: removes.filter(isOwn),
    others: removes.filter(found => !isOwn(found)),
    follows,
    keeps,
    absent: named.absent.filter(ref => request.objects.includes(ref)),
    hidden: named.hidden,
  }
}

const ownRefs = (request: RemoveOwnRequest): ObjectRef[] =>
  (Object.keys(OWN_KINDS) as OwnKind[]).map(kind => {
    const { group, version, namespaced } = OWN_KINDS[kind]
    return {
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      namespace: namespaced ? request.namespace : null,
      name: ownName(kind, request),
      uid: '',
    }
  })

const countRef = ({ namespace }: RemoveOwnRequest): ObjectRef => ({
  apiVersion: 'v1',
  kind: QUOTAS.kind,
  namespace,
  name: COUNT_NAME,
  uid: '',
})

const isAt = (found: Found, ref: ObjectRef) =>
  found.apiVersion === ref.apiVersion &&
  found.kind === ref.kind &&
  found.namespace === ref.namespace &&
  found.name === ref.name

interface Lack {
  ref: ObjectRef
  message: string
}

/** What can not be done, before anything is; apart from it, what only the label says is of this hub. */
async function lacking(
  transport: KubeTransport,
  { own, others }: Around,
  request: RemoveOwnRequest,
  signal: AbortSignal,
): Promise<{ lacks: Lack[]; elsewhere: Lack[] }> {
  const owed = new Set([...own.map(({ uid }) => uid), ...request.objects.map(({ uid }) => uid)])
  const deeds = [...own, ...others].map(({ resource, namespace, name, ...rest }) => ({
    verb: 'delete' as const,
    resource,
    namespace,
    name,
    ref: toRef({ namespace, name, ...rest }),
  }))
  const missing = await missingRights(transport, deeds, signal)
  return {
    lacks: missing
      .filter(({ deed }) => owed.has(deed.ref.uid))
      .map(({ deed, right }) => ({
        ref: deed.ref,
        message: `The agent may not ${right}: nothing was begun. Apply the agent's manifest again, which gives it that right`,
      })),
    elsewhere: missing
      .filter(({ deed }) => !owed.has(deed.ref.uid))
      .map(({ deed, right }) => ({
        ref: deed.ref,
        message: `another import by this hub made it, and the agent may not ${right}; moorage cleanup removes it`,
      })),
  }
}

/** Looks until nothing of the hub's but the agent is there; what goes by itself has a moment for that. */
async function scan(
  transport: KubeTransport,
  kinds: readonly Kind[],
  request: RemoveOwnRequest,
  spared: ReadonlySet<string>,
  { goneWithin }: Timing,
  signal: AbortSignal,
): Promise<Found[]> {
  let left: Found[] = []
  await until(goneWithin, signal, async () => {
    const { own, others, follows } = await lookAround(transport, kinds, request, signal)
    // What belongs to the agent's own objects goes with them, and what belongs to what stays, stays.
    const mine = new Set<string>([...own.map(({ uid }) => uid), ...spared])
    for (let before = -1; before !== mine.size; ) {
      before = mine.size
      for (const { uid, owners } of follows) if (owners.every(owner => mine.has(owner.uid))) mine.add(uid)
    }
    left = [...others, ...follows].filter(({ uid }) => !mine.has(uid))
    return left.length === 0 ? true : undefined
  })
  return left
}

async function namespaceStays(
  transport: KubeTransport,
  kinds: readonly Kind[],
  request: RemoveOwnRequest,
  { own, follows, keeps }: Around,
  signal: AbortSignal,
): Promise<{ namespace: Found; because: string } | null> {
  const namespace = own.find(isNamespace)
  if (namespace === undefined) return null
  if (request.keepNamespace) return { namespace, because: 'it was asked to be kept' }
  const account = own.find(({ kind, name }) => kind === 'ServiceAccount' && name === AGENT_NAME)
  const metadata = await readMetadata(transport, namespace.resource, namespace, signal)
  if (metadata !== null && wasThereBefore(metadata, account))
    return { namespace, because: 'it was there before the agent' }
  const kept = keeps.filter(({ object }) => object.namespace === namespace.name)
  if (kept.length > 0)
    return {
      namespace,
      because: `it holds what is not Moorage's: ${kept.map(({ object }) => nameOf(object)).join(', ')}`,
    }
  const quota = own.find(({ resource }) => resource.resource === QUOTAS.resource)
  // In the way of a new one.
  if (quota !== undefined) await del(transport, pathOf(QUOTAS, quota), { preconditions: { uid: quota.uid } }, signal)
  const ours = [...own.filter(object => object !== quota), ...follows]
  const because = await whyNamespaceStays(transport, kinds, request, ours, signal)
  return because === null ? null : { namespace, because }
}
