import { sendJson } from './client.ts'
import { AnswerError } from './errors.ts'
import { collectionPath } from './path.ts'
import { prune } from './prune.ts'
import type { KubeObject, Resource } from './resource.ts'
import type { KubeTransport } from './transport.ts'

/** Which objects of a kind. */
export interface Selection {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
}

/** Objects asked for at a time: the API server's own clients use 500 as well. */
export const PAGE_SIZE = 500

export interface Page<T> {
  items: T[]
  /** Where the next page starts; null on the last. */
  continue: string | null
  resourceVersion: string
  /** Size of the answer, to choose the size of the next page by. */
  bytes: number
}

interface List<T> {
  items?: T[] | null
  metadata?: { continue?: string; resourceVersion?: string }
}

/**
 * One page of a kind. No resourceVersion is sent: the answer is then the
 * newest state. With `0`, the server may answer from a cache that is older
 * than what was seen before, and brings objects back that are gone; it also
 * ignores the page's size.
 */
export const listPage = async <T extends KubeObject>(
  transport: KubeTransport,
  resource: Resource,
  options: Selection & { limit: number; continue: string | null },
  signal: AbortSignal,
): Promise<Page<T>> => {
  const { namespace, labelSelector, fieldSelector, limit } = options
  const path = collectionPath(resource, {
    ...(namespace === undefined ? {} : { namespace }),
    query: {
      labelSelector,
      fieldSelector,
      limit: limit === 0 ? undefined : limit,
      continue: options.continue ?? undefined,
    },
  })
  const { value, bytes } = await sendJson<List<T>>(transport, { method: 'GET', path }, signal)
  const { items, metadata } = value
  const usable = (items === null || Array.isArray(items)) && typeof metadata?.resourceVersion === 'string'
  if (!usable)
    throw new AnswerError('malformed', `The list of ${resource.resource} came without items or resourceVersion.`)
  const objects = items ?? []
  for (const object of objects) {
    if (typeof object?.metadata !== 'object' || object.metadata === null) {
      throw new AnswerError('malformed', `The list of ${resource.resource} holds an object without metadata.`)
    }
    prune(object)
  }
  return {
    items: objects,
    continue: metadata?.continue || null,
    resourceVersion: metadata?.resourceVersion ?? '',
    bytes,
  }
}

/** All pages of a kind, once. For what must be kept up to date, use `watchResource`. */
export async function* listPages<T extends KubeObject>(
  transport: KubeTransport,
  resource: Resource,
  options: Selection & { pageSize?: number },
  signal: AbortSignal,
): AsyncGenerator<T[]> {
  let next: string | null = null
  do {
    const page: Page<T> = await listPage<T>(
      transport,
      resource,
      { ...options, limit: options.pageSize ?? PAGE_SIZE, continue: next },
      signal,
    )
    yield page.items
    next = page.continue
  } while (next !== null)
}
