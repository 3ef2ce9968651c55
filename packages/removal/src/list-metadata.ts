import { sendJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { collectionPath } from '@moorage/kube/path.ts'
import type { KubeObject, Resource } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { type Found, toFound } from './object-ref.ts'

/** Objects per page. */
const PAGE = 500
/**
 * Asks for what objects are called and belong to, without what is in them: no
 * Secret's values, and a tenth of the bytes.
 */
export const metadataOnly = (what: 'PartialObjectMetadata' | 'PartialObjectMetadataList') => ({
  accept: `application/json;as=${what};g=meta.k8s.io;v=v1,application/json`,
})
/** A list whose pages ran out of time is begun anew this often. */
const ANEW = 3

interface List {
  items?: Pick<KubeObject, 'metadata'>[] | null
  metadata?: { continue?: string }
}

/** All objects of a kind by their metadata. `enough` ends it early. */
export async function listMetadata(
  transport: KubeTransport,
  resource: Resource,
  options: { namespace?: string; labelSelector?: string; enough?: (found: readonly Found[]) => boolean },
  signal: AbortSignal,
): Promise<Found[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pages(transport, resource, options, signal)
    } catch (error) {
      const expired = error instanceof KubeStatusError && error.status === 410
      if (!expired || attempt >= ANEW) throw error
    }
  }
}

async function pages(
  transport: KubeTransport,
  resource: Resource,
  { namespace, labelSelector, enough }: Parameters<typeof listMetadata>[2],
  signal: AbortSignal,
): Promise<Found[]> {
  const found: Found[] = []
  let next: string | undefined
  do {
    const path = collectionPath(resource, {
      ...(namespace === undefined ? {} : { namespace }),
      query: { labelSelector, limit: PAGE, continue: next },
    })
    const { value } = await sendJson<List>(
      transport,
      { method: 'GET', path, headers: metadataOnly('PartialObjectMetadataList') },
      signal,
    )
    for (const item of value.items ?? []) found.push(toFound(resource, item))
    next = value.metadata?.continue || undefined
  } while (next !== undefined && !enough?.(found))
  return found
}
