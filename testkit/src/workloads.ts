import type { ApiClient, Json } from './api-client.ts'
import { TROUBLE } from './kwok-simulation.ts'
import { cronJob, daemonSet, deployment, ingress, quota, service, statefulSet, volume } from './workload-objects.ts'

/** One application of the demo: what it runs and how many. */
const APPS = [
  { namespace: 'shop', name: 'web', image: 'nginx:1.29.3', replicas: 4, host: 'shop.example' },
  { namespace: 'shop', name: 'cart', image: 'registry.example/shop/cart:2.4.1', replicas: 3 },
  {
    namespace: 'shop',
    name: 'recommendations',
    image: 'registry.example/shop/recommendations:0.9.0',
    replicas: 2,
    trouble: 'crash-loop',
  },
  {
    namespace: 'payments',
    name: 'api',
    image: 'registry.example/payments/api:7.0.3',
    replicas: 3,
    host: 'pay.example',
  },
  { namespace: 'payments', name: 'ledger', image: 'registry.example/payments/ledger:7.0.3', replicas: 2 },
  {
    namespace: 'payments',
    name: 'fraud',
    image: 'registry.example/payments/fraud:latset',
    replicas: 1,
    trouble: 'image-pull',
  },
  { namespace: 'platform', name: 'grafana', image: 'grafana/grafana:12.3.0', replicas: 1 },
  { namespace: 'platform', name: 'gateway', image: 'envoyproxy/envoy:v1.36.2', replicas: 2 },
] as const

export interface WorkloadOptions {
  /** Multiplies the replicas of every Deployment. */
  scale?: number
}

/** Fills a cluster with applications of three teams: workloads of every kind, some of them in trouble. */
export async function createWorkloads(api: ApiClient, { scale = 1 }: WorkloadOptions = {}): Promise<void> {
  for (const object of workloads(scale)) await api.apply(object)
}

/** The objects that `createWorkloads` makes. */
export function workloads(scale: number): Json[] {
  const namespaces = [...new Set(APPS.map(app => app.namespace))]
  return [
    ...namespaces.map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team: name } } })),
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'standard' },
      provisioner: 'testkit.moorage.dev/none',
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'nginx' },
      spec: { controller: 'k8s.io/ingress-nginx' },
    },
    ...namespaces.map(namespace => quota(namespace)),
    ...APPS.flatMap(app => [
      deployment({
        ...app,
        replicas: app.replicas * scale,
        ...('trouble' in app && { annotations: { [TROUBLE]: app.trouble } }),
      }),
      service(app.namespace, app.name),
      ...('host' in app ? [ingress(app.namespace, app.name, app.host)] : []),
    ]),
    ...[0, 1, 2].map(index => volume('shop', `data-postgres-${index}`)),
    service('shop', 'postgres'),
    statefulSet('shop', 'postgres', 'postgres:18.1', 3),
    daemonSet('platform', 'log-shipper', 'fluent/fluent-bit:4.2.0'),
    cronJob('payments', 'settle', 'registry.example/payments/settle:7.0.3', '* * * * *'),
  ]
}
