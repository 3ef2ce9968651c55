import type { KubeTransport } from '@moorage/kube/transport.ts'
import { findOurs } from './find.ts'
import { findRecords, findReleases, type Release } from './helm.ts'
import { isHolder, whyHolderStays } from './holders.ts'
import { judge } from './judge.ts'
import { type Kind, readKinds, type Unlisted } from './kinds.ts'
import { INSTANCE, isOurFinalizer, type Scope } from './labels.ts'
import type { Found } from './object-ref.ts'
import { removalOrder } from './order.ts'
import { type Deed, missingRights } from './rights.ts'

/** What a cleanup will do, in a cluster as it is now. */
export interface CleanupPlan {
  /** In the order in which they go. */
  removes: Found[]
  /** They go with those. */
  follows: Found[]
  /** They look like ours and are not. */
  keeps: { object: Found; because: string }[]
  /** Ours, but others' objects are in them: they stay, and lose our labels. */
  handsOver: { object: Found; because: string }[]
  releases: Release[]
  unlisted: Unlisted[]
}

/** Finds everything of one instance. */
export async function planCleanup(
  transport: KubeTransport,
  instance: string,
  signal: AbortSignal,
): Promise<CleanupPlan> {
  const scope = { instance }
  const [{ kinds }, scan] = await Promise.all([readKinds(transport, signal), findOurs(transport, scope, signal)])
  const { removes: all, follows, keeps } = judge(scan.objects, scope)
  const releases = await findReleases(transport, instance, all, signal)
  const records = releases.flatMap(each => each.records)
  // They go with their release, by Helm itself.
  const removes = all.filter(({ uid }) => !records.some(record => record.uid === uid))
  const ours = [...removes, ...follows, ...records]
  const handsOver = await holdersThatStay(transport, kinds, removes, ours, signal)
  const staying = new Set(handsOver.map(({ object }) => object))
  return {
    removes: removalOrder(removes.filter(object => !staying.has(object))).flat(),
    follows,
    keeps,
    handsOver,
    releases,
    unlisted: scan.unlisted,
  }
}

/** Which of the objects hold others' objects. */
async function holdersThatStay(
  transport: KubeTransport,
  kinds: readonly Kind[],
  removes: readonly Found[],
  ours: readonly Found[],
  signal: AbortSignal,
): Promise<{ object: Found; because: string }[]> {
  const stays: { object: Found; because: string }[] = []
  for (const object of removes.filter(isHolder)) {
    const because = await whyHolderStays(transport, kinds, object, ours, signal)
    if (because !== null) stays.push({ object, because })
  }
  return stays
}

/** Nothing is there to be done. */
export const isEmpty = ({ removes, follows, handsOver, releases }: CleanupPlan) =>
  removes.length + follows.length + handsOver.length + releases.length === 0

/** What the credential lacks for a plan, in words; nothing is begun then. */
export async function lackingFor(
  transport: KubeTransport,
  { removes, handsOver, releases, unlisted }: CleanupPlan,
  signal: AbortSignal,
): Promise<string[]> {
  const toDelete = [...removes, ...releases.flatMap(({ records }) => records)]
  const toPatch = [
    ...handsOver.map(({ object }) => object),
    ...removes.filter(({ finalizers }) => finalizers.some(isOurFinalizer)),
  ]
  const deeds = [
    ...toDelete.map((object): Deed => ({ verb: 'delete', ...object })),
    ...toPatch.map((object): Deed => ({ verb: 'patch', ...object })),
  ]
  const missing = await missingRights(transport, deeds, signal)
  return [
    ...unlisted.flatMap(({ what, why }) => (why === 'forbidden' ? [`list ${what}`] : [])),
    ...missing.map(({ right }) => right),
  ]
}

/** One hub that has something in a cluster. */
export interface Instance {
  id: string
  objects: Found[]
}

/** Which hubs have something in a cluster, and what could not be looked at. */
export async function findInstances(
  transport: KubeTransport,
  signal: AbortSignal,
): Promise<{ instances: Instance[]; unlisted: Unlisted[] }> {
  const scope: Scope = { all: true }
  const [{ objects, unlisted }, records] = await Promise.all([
    findOurs(transport, scope, signal),
    findRecords(transport, signal),
  ])
  const { removes } = judge(objects, scope)
  const known = new Set(removes.map(({ uid }) => uid))
  const all = [
    ...removes.map(object => ({ id: object.labels[INSTANCE] ?? '', object })),
    ...records.flatMap(({ id, record }) => (known.has(record.uid) ? [] : [{ id, object: record }])),
  ].filter(({ id }) => id !== '')
  const byId = Map.groupBy(all, ({ id }) => id)
  return { instances: [...byId].map(([id, found]) => ({ id, objects: found.map(each => each.object) })), unlisted }
}
