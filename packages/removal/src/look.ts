import { sendJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { objectPath } from '@moorage/kube/path.ts'
import type { KubeObject, Resource } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { metadataOnly } from './list-metadata.ts'
import { type Found, type ObjectRef, toFound } from './object-ref.ts'

/** Where an object is to be looked for. */
export type Place = Pick<ObjectRef, 'namespace' | 'name'>

/** The path of an object. */
export const pathOf = (resource: Resource, { namespace, name }: Place) =>
  objectPath(resource, { name, ...(namespace === null ? {} : { namespace }) })

/** Reads one object's metadata; null where nothing is. */
export async function look(
  transport: KubeTransport,
  resource: Resource,
  place: Place,
  signal: AbortSignal,
): Promise<Found | null> {
  try {
    const request = {
      method: 'GET',
      path: pathOf(resource, place),
      headers: metadataOnly('PartialObjectMetadata'),
    } as const
    return toFound(resource, (await sendJson<KubeObject>(transport, request, signal)).value)
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 404) return null
    throw error
  }
}
