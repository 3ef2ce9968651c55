import type { ApiClient, Json } from './api-client.ts'
import { bulkNode, bulkPod } from './bulk-objects.ts'
import type { ControlPlane } from './control-plane.ts'

/** Requests at once: the API server of a two-core machine is busy with half of it. */
const PARALLEL = 32

export interface BulkOptions {
  nodes: number
  pods: number
  /** Namespaces that the pods are spread over, `<namespace>-1` and on. */
  namespaces?: number
  /** Start of the names, so that a second call adds to the first. */
  prefix?: string
  log?: (line: string) => void
}

/**
 * Creates nodes and pods straight through the API, each with its status, so that
 * a big cluster is there in a minute. No kubelet stands behind them: with a
 * controller manager the nodes would turn NotReady after a while and the pods
 * be evicted, so start the control plane with `controllerManager: false`.
 */
export async function createInBulk(controlPlane: ControlPlane, options: BulkOptions): Promise<void> {
  const { nodes, pods, namespaces = 20, prefix = '', log = () => {} } = options
  const { api } = controlPlane
  const started = Date.now()
  const named = (name: string) => (prefix ? `${prefix}-${name}` : name)
  await inParallel(pods > 0 ? namespaces : 0, index => createNamespace(api, `bulk-${index + 1}`))
  await inParallel(nodes, index => createWithStatus(api, '/api/v1/nodes', bulkNode(named(`node-${index}`), index)))
  const onNodes = nodes > 0 ? nodes : await countNodes(api)
  await inParallel(pods, index => {
    const namespace = `bulk-${(index % namespaces) + 1}`
    const node = onNodes > 0 ? nodeName(named, nodes, index % onNodes) : undefined
    return createWithStatus(
      api,
      `/api/v1/namespaces/${namespace}/pods`,
      bulkPod(named(`pod-${index}`), namespace, node, index),
    )
  })
  log(`${nodes} nodes and ${pods} pods in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

/** Pods of a call without nodes go to the nodes of the first call. */
function nodeName(named: (name: string) => string, nodes: number, index: number): string {
  return nodes > 0 ? named(`node-${index}`) : `node-${index}`
}

async function countNodes(api: ApiClient): Promise<number> {
  const first = await api.get('/api/v1/nodes?limit=1')
  return first.items.length + (first.metadata.remainingItemCount ?? 0)
}

async function createNamespace(api: ApiClient, name: string): Promise<void> {
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  // The controller manager makes it elsewhere; without it no pod is admitted.
  await api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } })
}

/** The API takes no status at a create, so it takes two requests. */
async function createWithStatus(api: ApiClient, path: string, object: Json): Promise<void> {
  await api.create(path, object)
  await api.replace(`${path}/${object.metadata.name}/status`, object)
}

/** Runs `count` jobs, some at a time; the first failure ends it. */
export async function inParallel(
  count: number,
  job: (index: number) => Promise<unknown>,
  width = PARALLEL,
): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await job(next++)
  }
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane))
}
