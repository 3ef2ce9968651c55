import { getJson } from '@moorage/kube/client.ts'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { cpuMilli, memoryBytes, type Quantities } from './quantity.ts'

const PATH = '/apis/metrics.k8s.io/v1beta1/nodes'

/** What one node used, as metrics-server measured it. */
export interface NodeMetrics {
  name: string
  cpuMilli: number
  memoryBytes: number
}

/** One reading of `metrics.k8s.io`, or why there is none. `reason` is a sentence. */
export type NodeMetricsReading =
  | { available: true; nodes: NodeMetrics[] }
  | { available: false; why: 'absent' | 'forbidden' | 'not-ready'; reason: string }

interface NodeMetricsList {
  items?: { metadata: { name: string }; usage?: Quantities }[]
}

/** Reads what every node uses now. Throws only where the cluster can't be reached. */
export async function readNodeMetrics(transport: KubeTransport, signal: AbortSignal): Promise<NodeMetricsReading> {
  let list: NodeMetricsList
  try {
    list = await getJson<NodeMetricsList>(transport, PATH, signal)
  } catch (error) {
    if (!(error instanceof KubeStatusError)) throw error
    return { available: false, ...refusal(error.status) }
  }
  const nodes = (list.items ?? []).map(({ metadata, usage }) => ({
    name: metadata.name,
    cpuMilli: cpuMilli(usage),
    memoryBytes: memoryBytes(usage),
  }))
  if (nodes.length > 0) return { available: true, nodes }
  return { available: false, why: 'not-ready', reason: 'metrics-server has no readings of nodes yet.' }
}

function refusal(status: number) {
  if (status === 404) {
    return { why: 'absent' as const, reason: 'The cluster has no metrics-server: metrics.k8s.io is not served.' }
  }
  if (status === 403) {
    return { why: 'forbidden' as const, reason: 'The credential may not read nodes of metrics.k8s.io.' }
  }
  return { why: 'not-ready' as const, reason: `metrics-server does not answer at present (${status}).` }
}
