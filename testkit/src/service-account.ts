import type { ApiClient } from './api-client.ts'

/** s; how long a token is valid when nothing is said. */
const TOKEN_SECONDS = 24 * 60 * 60

export interface ServiceAccountRequest {
  name: string
  /** `default` when nothing is said; made when missing. */
  namespace?: string
  /** An existing ClusterRole such as `view` or `cluster-admin`, or rules for a new one of the account's own. */
  role?: string | { apiGroups: string[]; resources: string[]; verbs: string[] }[]
  ttlSeconds?: number
}

/** Makes a ServiceAccount with those rights in the whole cluster and resolves with a token of it. */
export async function serviceAccountToken(api: ApiClient, request: ServiceAccountRequest): Promise<string> {
  const { name, namespace = 'default', role, ttlSeconds = TOKEN_SECONDS } = request
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  await api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })
  if (role) {
    const own = `${namespace}-${name}`
    if (typeof role !== 'string')
      await api.apply({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: own },
        rules: role,
      })
    await api.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: own },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: typeof role === 'string' ? role : own,
      },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    })
  }
  const answer = await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: ttlSeconds },
  })
  return answer.status.token
}
