import type { KubeTransport } from '@moorage/kube/transport.ts'
import { AUTOMATIC_ACCOUNTS, isAccountSecret, isAutomatic } from './automatic.ts'
import { unlistedBy } from './find.ts'
import { inTurn } from './in-turn.ts'
import { AT_ONCE, holdsObjects, type Kind, type Unlisted } from './kinds.ts'
import { listMetadata } from './list-metadata.ts'
import { type Found, nameOf } from './object-ref.ts'

/** What a namespace holds. */
export interface Content {
  /** Neither ours, nor of something of ours, nor made by the cluster itself. */
  foreign: Found[]
  /** Kinds that may not be listed. */
  forbidden: Kind[]
  /** Kinds of which nothing is known for another reason. */
  unlisted: Unlisted[]
}

/** Looks through a namespace by every kind that it can hold. */
export async function contentOf(
  transport: KubeTransport,
  kinds: readonly Kind[],
  namespace: string,
  ours: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Content> {
  const content: Content = { foreign: [], forbidden: [], unlisted: [] }
  const able = kinds.filter(kind => kind.namespaced && holdsObjects(kind))
  const lists = await inTurn(able, AT_ONCE, async kind => {
    try {
      return await listMetadata(transport, kind, { namespace }, signal)
    } catch (error) {
      const missing = unlistedBy(error, kind, signal)
      if (missing?.why === 'forbidden') content.forbidden.push(kind)
      else if (missing !== null) content.unlisted.push(missing)
      return []
    }
  })
  content.foreign = foreignAmong(lists.flat(), ours)
  return content
}

/** Which objects of a namespace are somebody's. What belongs to an object of ours, at any remove, goes with it. */
export function foreignAmong(objects: readonly Found[], ours: ReadonlySet<string>): Found[] {
  const going = new Set(ours)
  const accounts = [
    ...AUTOMATIC_ACCOUNTS,
    ...objects.flatMap(({ kind, name, uid }) => (kind === 'ServiceAccount' && ours.has(uid) ? [name] : [])),
  ]
  let open = objects.filter(
    object => !going.has(object.uid) && !isAutomatic(object) && !isAccountSecret(object, accounts),
  )
  for (let before = -1; before !== open.length; ) {
    before = open.length
    open = open.filter(object => {
      const follows = object.owners.length > 0 && object.owners.every(({ uid }) => going.has(uid))
      if (follows) going.add(object.uid)
      return !follows
    })
  }
  return open
}

/** Objects named in a sentence before the rest is counted. */
const NAMED = 3

/** `Secret a/b, ConfigMap a/c and 4 more` */
export function inWords(objects: readonly Pick<Found, 'kind' | 'namespace' | 'name'>[]): string {
  const rest = objects.length > NAMED ? ` and ${objects.length - NAMED} more` : ''
  return `${objects.slice(0, NAMED).map(nameOf).join(', ')}${rest}`
}
