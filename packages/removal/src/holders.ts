import type { KubeTransport } from '@moorage/kube/transport.ts'
import { contentOf, inWords } from './foreign.ts'
import type { Kind } from './kinds.ts'
import { listMetadata } from './list-metadata.ts'
import { readMetadata } from './look.ts'
import { wasThereBefore } from './namespace-origin.ts'
import type { Found } from './object-ref.ts'
import { isNamespace } from './terminating.ts'

/**
 * Why an object of ours that holds others, a namespace or a type, has to stay:
 * because somebody else's would go with it. Null where it can go. `ours` are
 * all objects that are or were ours, so that what is only just going counts.
 */
export async function whyHolderStays(
  transport: KubeTransport,
  kinds: readonly Kind[],
  holder: Found,
  ours: readonly Found[],
  signal: AbortSignal,
): Promise<string | null> {
  // It goes already, and all that it holds.
  if (holder.deletingSince !== null) return null
  if (isNamespace(holder)) return await whyThisNamespaceStays(transport, kinds, holder, ours, signal)
  return isType(holder) ? await whyTypeStays(transport, kinds, holder, ours, signal) : null
}

export const isType = ({ resource }: Pick<Found, 'resource'>) =>
  resource.group === 'apiextensions.k8s.io' && resource.resource === 'customresourcedefinitions'

/** Whether somebody else's object can be inside. */
export const isHolder = (object: Found) => isNamespace(object) || isType(object)

/** Whether an object is in a namespace, or of a type. */
export const isIn = ({ namespace, resource }: Found, holder: Found) =>
  isNamespace(holder) ? namespace === holder.name : `${resource.resource}.${resource.group}` === holder.name

async function whyThisNamespaceStays(
  transport: KubeTransport,
  kinds: readonly Kind[],
  namespace: Found,
  ours: readonly Found[],
  signal: AbortSignal,
): Promise<string | null> {
  const inside = ours.filter(object => object.namespace === namespace.name)
  const accounts = inside.filter(({ kind }) => kind === 'ServiceAccount')
  const oldest = accounts.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))[0]
  const metadata = await readMetadata(transport, namespace.resource, namespace, signal)
  if (metadata !== null && wasThereBefore(metadata, oldest)) return 'it was there before the agent'
  const uids = new Set(ours.map(({ uid }) => uid))
  const { foreign, forbidden, unlisted } = await contentOf(transport, kinds, namespace.name, uids, signal)
  if (foreign.length > 0) return `it holds what is not Moorage's: ${inWords(foreign)}`
  const unknown = [...forbidden.map(({ resource }) => resource), ...unlisted.map(({ what }) => what)]
  return unknown.length > 0
    ? `it can not be told whether it is empty, as ${unknown.join(', ')} could not be listed`
    : null
}

async function whyTypeStays(
  transport: KubeTransport,
  kinds: readonly Kind[],
  type: Found,
  ours: readonly Found[],
  signal: AbortSignal,
): Promise<string | null> {
  // Kubernetes has a type named by its resource and group.
  const kind = kinds.find(({ group, resource }) => `${resource}.${group}` === type.name)
  if (kind === undefined) return null
  const uids = new Set(ours.map(({ uid }) => uid))
  const foreign = (await listMetadata(transport, kind, {}, signal)).filter(({ uid }) => !uids.has(uid))
  return foreign.length > 0 ? `there are objects of this type that are not Moorage's: ${inWords(foreign)}` : null
}
