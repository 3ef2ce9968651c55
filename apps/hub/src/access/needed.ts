import type { KubeAccessRequest, NonResourceRequest } from '@moorage/contract/access-request.ts'

/** Subresources that a connection goes on through, whatever the method. */
const WAYS_IN = new Set(['exec', 'attach', 'portforward', 'proxy'])

/** Whether it opens a way into a pod, node or service. A GET can do so as well. */
export const isWayIn = ({ subresource }: Pick<KubeAccessRequest, 'subresource'>): boolean =>
  subresource !== null && WAYS_IN.has(subresource)

/**
 * All that has to be allowed for a request. A way into a pod needs `create`
 * even where a WebSocket asks for it by GET, as in Kubernetes itself since
 * 1.35: or whoever may look could run commands. `connects`: whether it opens
 * such a way, where more is known of it than its name.
 */
export function needed<T extends KubeAccessRequest | NonResourceRequest>(request: T, connects?: boolean): T[] {
  if (request.kind === 'non-resource' || request.verb === 'create') return [request]
  return (connects ?? isWayIn(request)) ? [request, { ...request, verb: 'create' }] : [request]
}
