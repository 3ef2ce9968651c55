import { type Container, containersOf } from './pod-containers.ts'

/** An answer of the cluster's API server, or of the hub in its place, other than the pod. */
class PodUnreadError extends Error {
  override readonly name = 'PodUnreadError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Reads the containers of a pod as they are now, by the person's own rights. */
export async function readContainers(
  at: { cluster: string; namespace: string; pod: string },
  signal: AbortSignal,
): Promise<Container[]> {
  const [cluster, namespace, pod] = [at.cluster, at.namespace, at.pod].map(encodeURIComponent)
  const response = await fetch(`/k8s/${cluster}/api/v1/namespaces/${namespace}/pods/${pod}`, {
    headers: { accept: 'application/json' },
    signal,
  })
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return containersOf(body)
  const said = body !== null && typeof body === 'object' && 'message' in body ? String(body.message) : ''
  throw new PodUnreadError(response.status, said || `The cluster answered with HTTP ${response.status}.`)
}

/** True where the pod does not exist, or no more. */
export const isPodGone = (error: unknown): boolean => error instanceof PodUnreadError && error.status === 404
