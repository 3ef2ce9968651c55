import { del, getJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeObject } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { pause } from '../pause.ts'
import { foreignIn } from './foreign.ts'
import { belongsTo, collectionOf, isOurs, type Kind, kinds, type Mode, ourLabels, pathOf } from './objects.ts'

/** One object that a conversion made, as it was seen. */
export interface Found {
  kind: Kind
  name: string
  namespace?: string
  uid: string
}

/** What `--undo` will do. */
export interface UndoPlan {
  removes: Found[]
  /** Namespaces of ours that stay, each with the reason. */
  keeps: { namespace: Found; because: string }[]
}

/** ms; a namespace goes once its controller has looked through it. */
const GONE_WITHIN = 60_000
const LOOK_EVERY = 250

/** Bindings first, so that nothing is left with rights; namespaces last, when they are empty. */
const ORDER: Kind[] = ['ClusterRoleBinding', 'ClusterRole', 'Secret', 'ServiceAccount', 'Namespace']

/** Finds what conversions made in this cluster: by label, and by the names that this command gives. */
export async function planUndo(
  transport: KubeTransport,
  scope: { namespace?: string | undefined; mode?: Mode | undefined },
  signal: AbortSignal,
): Promise<UndoPlan> {
  const removes: Found[] = []
  const keeps: UndoPlan['keeps'] = []
  for (const kind of ORDER) {
    for (const found of await ours(transport, kind, signal)) {
      if (!belongsTo(found, scope)) continue
      const because = kind === 'Namespace' ? await stays(transport, found, removes, signal) : null
      if (because === null) removes.push(found)
      else keeps.push({ namespace: found, because })
    }
  }
  return { removes, keeps }
}

/** Removes exactly what was listed: an object of the same name that was made since is left alone. */
export async function undo(
  transport: KubeTransport,
  plan: UndoPlan,
  done: (found: Found) => void,
  signal: AbortSignal,
) {
  for (const found of plan.removes) {
    await del(transport, pathOf(found), { preconditions: { uid: found.uid } }, signal)
    done(found)
  }
}

/** Which of the removed namespaces are still going when the time is up. */
export async function stillGoing(transport: KubeTransport, plan: UndoPlan, signal: AbortSignal): Promise<Found[]> {
  const deadline = performance.now() + GONE_WITHIN
  let left = plan.removes.filter(({ kind }) => kind === 'Namespace')
  while (left.length > 0 && performance.now() < deadline) {
    const there = await Promise.all(left.map(found => uidOf(transport, found, signal)))
    left = left.filter((found, i) => there[i] === found.uid)
    if (left.length > 0) await pause(LOOK_EVERY, signal)
  }
  return left
}

async function ours(transport: KubeTransport, kind: Kind, signal: AbortSignal): Promise<Found[]> {
  const selector = Object.entries(ourLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
  const path = `${collectionOf(kind)}?labelSelector=${encodeURIComponent(selector)}`
  const { items = [] } = await getJson<{ items?: KubeObject[] }>(transport, path, signal)
  return items
    .filter(item => isOurs(item) && !item.metadata.deletionTimestamp)
    .map(({ metadata: { name, namespace, uid } }) => ({
      kind,
      name,
      uid,
      ...(kinds[kind].namespaced && namespace && { namespace }),
    }))
}

async function stays(
  transport: KubeTransport,
  namespace: Found,
  removes: Found[],
  signal: AbortSignal,
): Promise<string | null> {
  const going = new Set(removes.map(({ uid }) => uid))
  const { objects, unknown } = await foreignIn(
    transport,
    namespace.name,
    object => going.has(object.metadata.uid),
    signal,
  )
  if (objects.length > 0) {
    const rest = objects.length > 3 ? ` and ${objects.length - 3} more` : ''
    return `others keep things in it: ${objects.slice(0, 3).join(', ')}${rest}`
  }
  return unknown.length > 0
    ? `it can not be told whether it is empty, as ${unknown.join(', ')} could not be listed`
    : null
}

async function uidOf(transport: KubeTransport, found: Found, signal: AbortSignal): Promise<string | null> {
  try {
    return (await getJson<KubeObject>(transport, pathOf(found), signal)).metadata.uid
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 404) return null
    throw error
  }
}
