import { getJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { objectPath } from '@moorage/kube/path.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { inTurn } from './in-turn.ts'
import { AT_ONCE, holdsObjects, type Kind, readKinds, resourceName, type Unlisted } from './kinds.ts'
import { isOurs, type Scope, selectorOf } from './labels.ts'
import { listMetadata } from './list-metadata.ts'
import type { Found } from './object-ref.ts'

/** What a scan saw, and what it could not look at. */
export interface Scan {
  objects: Found[]
  /** Kinds that may hold more. Nothing is known of them. */
  unlisted: Unlisted[]
}

/** Looks through every kind that the cluster serves for objects of one hub, or of any, by label alone. */
export async function findOurs(transport: KubeTransport, scope: Scope, signal: AbortSignal): Promise<Scan> {
  const { kinds, unlisted } = await readKinds(transport, signal)
  const labelSelector = selectorOf(scope)
  const lists = await inTurn(kinds.filter(holdsObjects), AT_ONCE, async kind => {
    try {
      return await listMetadata(transport, kind, { labelSelector }, signal)
    } catch (error) {
      const missing = unlistedBy(error, kind, signal)
      if (missing !== null) unlisted.push(missing)
      return []
    }
  })
  // Some objects are served in two groups, and some servers ignore selectors.
  const byUid = new Map<string, Found>()
  for (const found of lists.flat()) if (isOurs(found.labels, scope)) byUid.set(found.uid, found)
  const objects = await inTurn([...byUid.values()], AT_ONCE, async found =>
    (await isDead(transport, found, signal)) ? { ...found, dead: true as const } : found,
  )
  return { objects, unlisted: unlisted.toSorted((a, b) => a.what.localeCompare(b.what)) }
}

/** Why a kind could not be listed; null where it is simply gone. */
export function unlistedBy(error: unknown, kind: Kind, signal: AbortSignal): Unlisted | null {
  if (signal.aborted || !(error instanceof Error)) throw error
  const status = error instanceof KubeStatusError ? error.status : 0
  if (status === 404) return null
  return { what: resourceName(kind), because: error.message, why: status === 403 ? 'forbidden' : 'failed' }
}

interface ApiService {
  status?: { conditions?: { type?: string; status?: string }[] }
}

async function isDead(transport: KubeTransport, found: Found, signal: AbortSignal): Promise<boolean> {
  if (found.kind !== 'APIService' || found.resource.group !== 'apiregistration.k8s.io') return false
  try {
    const path = objectPath(found.resource as Kind, { name: found.name })
    const { status } = await getJson<ApiService>(transport, path, signal)
    return status?.conditions?.some(({ type, status }) => type === 'Available' && status !== 'True') ?? false
  } catch (error) {
    if (signal.aborted || !(error instanceof KubeStatusError)) throw error
    return false
  }
}
