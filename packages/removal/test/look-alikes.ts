import type { ApiClient } from '@moorage/testkit/api-client.ts'

/** What users made that carries our names, or some of our labels. */
export async function putLookAlikes(api: ApiClient, instance: string): Promise<void> {
  const namespace = 'users'
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'moorage-extras' } })
  const metadata = { name: 'moorage-agent', namespace }
  await api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
  await api.apply({ apiVersion: 'v1', kind: 'Secret', metadata })
  const half = { name: 'moorage-half', namespace, labels: { 'moorage.dev/instance': instance } }
  await api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: half })
  const otherHalf = { name: 'moorage-other-half', namespace, labels: { 'app.kubernetes.io/managed-by': 'moorage' } }
  await api.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: otherHalf })
  await api.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'moorage-agent' },
    rules: [],
  })
}
