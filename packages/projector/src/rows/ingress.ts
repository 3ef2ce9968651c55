import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { rowOf } from './base.ts'

interface IngressObject extends KubeObject {
  spec?: {
    ingressClassName?: string
    tls?: { hosts?: string[] }[]
    rules?: { host?: string; http?: { paths?: { backend?: { service?: { name?: string } } }[] } }[]
    defaultBackend?: { service?: { name?: string } }
  }
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } }
}

const unique = (values: (string | undefined)[]) => [
  ...new Set(values.filter(value => value !== undefined && value !== '')),
]

/** Ingress: hosts, addresses and the services behind it. */
export function ingressRow(object: KubeObject): InventoryRow {
  const ingress: IngressObject = object
  const rules = ingress.spec?.rules ?? []
  const backends = rules.flatMap(rule => rule.http?.paths ?? []).map(path => path.backend?.service?.name)
  return rowOf('Ingress', 'networking.k8s.io/v1', ingress, {
    data: {
      class: ingress.spec?.ingressClassName ?? null,
      hosts: unique(rules.map(rule => rule.host)),
      tls: (ingress.spec?.tls ?? []).length > 0,
      addresses: unique((ingress.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname)),
      services: unique([...backends, ingress.spec?.defaultBackend?.service?.name]),
    },
  })
}
