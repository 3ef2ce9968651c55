import type { KubeAccessRequest, NonResourceRequest } from '@moorage/contract/access-request.ts'
import { READ_ONLY_KINDS } from '@moorage/contract/read-only-kinds.ts'

/** What a client asks for before anything else: which kinds there are. Segments of a group and version, no deeper. */
export const isDiscovery = ({ verb, path }: NonResourceRequest): boolean =>
  (verb === 'get' || verb === 'head') &&
  (/^\/(version|api|apis|openapi|livez|readyz|healthz)\/?$/.test(path) ||
    /^\/api\/v1\/?$/.test(path) ||
    /^\/apis\/[a-z0-9.-]+(\/[a-z0-9]+)?\/?$/.test(path) ||
    /^\/openapi\/v[23](\/[a-z0-9./-]*)?$/.test(path))

/** Asking what oneself may do changes nothing. */
const isOwnReview = ({ apiGroup, resource, verb, subresource }: KubeAccessRequest) =>
  verb === 'create' &&
  subresource === null &&
  ((apiGroup === 'authorization.k8s.io' &&
    (resource === 'selfsubjectaccessreviews' || resource === 'selfsubjectrulesreviews')) ||
    (apiGroup === 'authentication.k8s.io' && resource === 'selfsubjectreviews'))

/** Requests that everyone who may reach a cluster at all can make: what is there, and what may I do. */
export const isHarmless = (request: KubeAccessRequest | NonResourceRequest): boolean =>
  request.kind === 'non-resource' ? isDiscovery(request) : isOwnReview(request)

/** Whether a read-only cluster's owner lets this through. */
export function passesReadOnly(request: KubeAccessRequest | NonResourceRequest): boolean {
  if (isHarmless(request)) return true
  if (request.kind === 'non-resource' || request.subresource !== null) return false
  return READ_ONLY_KINDS.some(
    ({ group, resource, verbs }) =>
      group === request.apiGroup && resource === request.resource && verbs.some(verb => verb === request.verb),
  )
}
