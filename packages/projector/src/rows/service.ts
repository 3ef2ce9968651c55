import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { rowOf } from './base.ts'

interface ServiceObject extends KubeObject {
  spec?: {
    type?: string
    clusterIP?: string
    clusterIPs?: string[]
    externalIPs?: string[]
    externalName?: string
    selector?: Record<string, string>
    ports?: { port: number; nodePort?: number; protocol?: string }[]
  }
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } }
}

const portOf = ({ port, nodePort, protocol = 'TCP' }: { port: number; nodePort?: number; protocol?: string }) =>
  nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`

function externalOf(service: ServiceObject): string[] {
  const { type, externalName, externalIPs = [] } = service.spec ?? {}
  if (type === 'ExternalName') return externalName ? [externalName] : []
  const balancer = service.status?.loadBalancer?.ingress ?? []
  return [...balancer.map(({ ip, hostname }) => ip ?? hostname ?? '').filter(address => address !== ''), ...externalIPs]
}

/** Service. Its status is `Pending` while a load balancer has no address yet, else ''. */
export function serviceRow(object: KubeObject): InventoryRow {
  const service: ServiceObject = object
  const type = service.spec?.type ?? 'ClusterIP'
  const external = externalOf(service)
  return rowOf('Service', 'v1', service, {
    status: type === 'LoadBalancer' && external.length === 0 ? 'Pending' : '',
    data: {
      type,
      clusterIp: service.spec?.clusterIPs?.[0] ?? service.spec?.clusterIP ?? null,
      external,
      ports: (service.spec?.ports ?? []).map(portOf),
      selector: service.spec?.selector ?? {},
    },
  })
}
