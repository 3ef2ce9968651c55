import { createHash } from 'node:crypto'
import type { Json } from '../api-client.ts'
import { KUBERNETES_VERSION } from '../programs.ts'
import type { Flavour, InstanceType } from './flavour.ts'

/** What a kubelet keeps for itself, roughly, as clouds do. */
const RESERVED = { cpuMillis: 80, memoryShare: 0.08 }
const PODS = 110

/** The Node object that the flavour's `index`-th node registers as, managed by the simulated kubelet. */
export function flavourNode(flavour: Flavour, cluster: string, index: number): Json {
  const zone = flavour.zones[index % flavour.zones.length] as string
  const type = flavour.instanceTypes[index % flavour.instanceTypes.length] as InstanceType
  const id = createHash('sha256').update(`${flavour.name}/${cluster}/${index}`).digest('hex')
  const { name, labels, annotations, providerID, taints } = flavour.node({ cluster, index, zone, type, id })
  const version = `${KUBERNETES_VERSION}${flavour.versionSuffix}`
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(flavour.topology && {
          'node.kubernetes.io/instance-type': type.name,
          'topology.kubernetes.io/region': flavour.region,
          'topology.kubernetes.io/zone': zone,
        }),
        ...labels,
      },
      annotations: {
        'kwok.x-k8s.io/node': 'fake',
        'metrics.k8s.io/resource-metrics-path': `/metrics/nodes/${name}/metrics/resource`,
        ...annotations,
      },
    },
    spec: { ...(providerID && { providerID }), ...(taints && { taints }) },
    status: {
      capacity: { cpu: `${type.cpu}`, memory: `${type.memoryGi}Gi`, pods: `${PODS}`, 'ephemeral-storage': '100Gi' },
      allocatable: {
        cpu: `${type.cpu * 1000 - RESERVED.cpuMillis}m`,
        memory: `${Math.floor(type.memoryGi * 1024 * (1 - RESERVED.memoryShare))}Mi`,
        pods: `${PODS}`,
        'ephemeral-storage': '90Gi',
      },
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        osImage: flavour.osImage,
        kernelVersion: flavour.kernel,
        containerRuntimeVersion: flavour.runtime,
        kubeletVersion: version,
        kubeProxyVersion: version,
        machineID: id.slice(0, 32),
        systemUUID: uuid(id),
        bootID: uuid(id.slice(32)),
      },
    },
  }
}

/** A UUID cut from hexadecimal digits. */
export function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
