import type { KubeObject } from '@moorage/kube/resource.ts'

/**
 * Annotations of nodes that detection looks at. Of each, only that it is there
 * is kept: no value of any annotation enters the inventory.
 */
export const telltaleAnnotations = [
  'kwok.x-k8s.io/node',
  'kubeadm.alpha.kubernetes.io/cri-socket',
  'rke.cattle.io/external-ip',
  'rke.cattle.io/internal-ip',
  'cluster.x-k8s.io/cluster-name',
] as const

/** What detection looks at of one node. */
export interface NodeEvidence {
  name: string
  labels: Readonly<Record<string, string>>
  /** Keys of {@link telltaleAnnotations} that the node has. */
  annotations: readonly string[]
  providerId: string | null
  kubelet: string
  osImage: string
}

/** The part of a Node that rows and detection look at. */
export interface NodeObject extends KubeObject {
  spec?: { providerID?: string; unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] }
  status?: {
    capacity?: Record<string, string>
    allocatable?: Record<string, string>
    conditions?: { type: string; status: string; reason?: string }[]
    addresses?: { type: string; address: string }[]
    nodeInfo?: {
      kubeletVersion?: string
      osImage?: string
      operatingSystem?: string
      architecture?: string
      containerRuntimeVersion?: string
      kernelVersion?: string
    }
  }
}

/** The telltale annotations that an object has. */
export const telltales = (object: KubeObject): string[] =>
  telltaleAnnotations.filter(key => object.metadata.annotations?.[key] !== undefined)

/** The evidence that one Node object gives. */
export function nodeEvidence(object: KubeObject): NodeEvidence {
  const node: NodeObject = object
  return {
    name: node.metadata.name,
    labels: node.metadata.labels ?? {},
    annotations: telltales(node),
    providerId: node.spec?.providerID ?? null,
    kubelet: node.status?.nodeInfo?.kubeletVersion ?? '',
    osImage: node.status?.nodeInfo?.osImage ?? '',
  }
}

/** The evidence that a Node's row gives; equal to that of the object. */
export function rowEvidence(row: {
  name: string
  labels: Readonly<Record<string, string>>
  data: Readonly<Record<string, unknown>>
}): NodeEvidence {
  const { telltales: annotations, providerId, kubelet, os } = row.data
  return {
    name: row.name,
    labels: row.labels,
    annotations: Array.isArray(annotations) ? annotations.map(String) : [],
    providerId: typeof providerId === 'string' ? providerId : null,
    kubelet: typeof kubelet === 'string' ? kubelet : '',
    osImage: typeof os === 'string' ? os : '',
  }
}
