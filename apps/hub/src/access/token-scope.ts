import type { AccessRequest } from '@moorage/contract/access-request.ts'
import type { TokenScope } from '@moorage/contract/hub.ts'
import { matchesAny } from './pattern.ts'
import { isHarmless, passesReadOnly } from './read-only-mode.ts'

const READS = ['get', 'list', 'watch']

/** Reads about the hub that tell nothing of clusters: every program asks them first. */
const isAboutItself = (request: AccessRequest) =>
  request.kind === 'hub' && request.verb === 'get' && (request.resource === 'identity' || request.resource === 'hub')

/** Lists that leave out, row by row, what is outside of the scope. */
const isSifted = (request: AccessRequest) =>
  request.kind === 'hub' &&
  request.filtered === true &&
  request.cluster === undefined &&
  READS.includes(request.verb) &&
  ['clusters', 'inventory', 'events', 'metrics', 'changes'].includes(request.resource)

/** What of a token's scope does not let a request through; null where it does. It only ever takes away. */
export function outsideScope(scope: TokenScope, request: AccessRequest): 'readOnly' | 'clusters' | 'namespaces' | null {
  if (isAboutItself(request)) return null
  const { readOnly = false, clusters, namespaces } = scope
  if (readOnly && !(request.kind === 'hub' ? READS.includes(request.verb) : passesReadOnly(request))) return 'readOnly'
  if (isSifted(request)) return null
  const { cluster } = request
  if (clusters !== undefined && (cluster === undefined || !clusters.includes(cluster.name))) return 'clusters'
  if (namespaces === undefined) return null
  if (request.kind === 'hub') {
    const opening = request.resource === 'clusters' || request.resource === 'kubeconfigs'
    if (opening && cluster !== undefined && READS.includes(request.verb)) return null
    return request.namespace !== undefined && matchesAny(namespaces, request.namespace) ? null : 'namespaces'
  }
  if (isHarmless(request)) return null
  const inside =
    request.kind === 'kubernetes' && request.namespace !== null && matchesAny(namespaces, request.namespace)
  return inside ? null : 'namespaces'
}
