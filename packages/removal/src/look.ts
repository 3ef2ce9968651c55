import { sendJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { objectPath } from '@moorage/kube/path.ts'
import type { KubeObject, ObjectMeta, Resource } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { metadataOnly } from './list-metadata.ts'
import { type Found, type ObjectRef, toFound } from './object-ref.ts'

/** Where an object is to be looked for. */
export type Place = Pick<ObjectRef, 'namespace' | 'name'>

/** The path of an object. */
export const pathOf = (resource: Resource, { namespace, name }: Place) =>
  objectPath(resource, { name, ...(namespace === null ? {} : { namespace }) })

/** Reads what is known of one object; null where nothing is. */
export async function look(
  transport: KubeTransport,
  resource: Resource,
  place: Place,
  signal: AbortSignal,
): Promise<Found | null> {
  const metadata = await readMetadata(transport, resource, place, signal)
  return metadata === null ? null : toFound(resource, { metadata })
}

/** Reads one object's metadata, as it is; null where nothing is. */
export async function readMetadata(
  transport: KubeTransport,
  resource: Resource,
  place: Place,
  signal: AbortSignal,
): Promise<ObjectMeta | null> {
  try {
    const request = {
      method: 'GET',
      path: pathOf(resource, place),
      headers: metadataOnly('PartialObjectMetadata'),
    } as const
    return (await sendJson<KubeObject>(transport, request, signal)).value.metadata
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 404) return null
    throw error
  }
}
