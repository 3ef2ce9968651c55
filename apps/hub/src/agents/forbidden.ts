import type { Mode } from '@moorage/contract/cluster.ts'
import type { KubeRequest } from '@moorage/kube/transport.ts'

/** One thing that a mode forbids, as the request that would do it. */
export interface Forbidden {
  name: string
  method: KubeRequest['method']
  path: string
  headers?: Record<string, string>
  body?: string
  /** Sent with dryRun=All where it gets as far as the API server, so that even a wall that is down harms nothing. */
  dryRun?: true
  /** The walls that must refuse it. */
  walls: readonly ('hub' | 'agent' | 'api-server')[]
}

/** A name that nothing has: rights are looked at before existence, so a refusal does not depend on it. */
const NOTHING = 'moorage-proof'
const POD = `/api/v1/namespaces/default/pods/${NOTHING}`
const all = ['hub', 'agent', 'api-server'] as const

const read = (name: string, path: string, headers?: Record<string, string>): Forbidden => ({
  name,
  method: 'GET',
  path,
  ...(headers === undefined ? {} : { headers }),
  walls: all,
})

const write = (name: string, method: KubeRequest['method'], path: string, body?: object): Forbidden => ({
  name,
  method,
  path: `${path}${path.includes('?') ? '&' : '?'}dryRun=All`,
  dryRun: true,
  walls: all,
  ...(body === undefined
    ? {}
    : {
        body: JSON.stringify(body),
        headers: {
          'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        },
      }),
})

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: NOTHING },
  spec: { containers: [{ name: 'nothing', image: 'nothing' }] },
}
const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: NOTHING },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: NOTHING }],
}
const token = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: NOTHING, namespace: 'default' } }

const readOnly: readonly Forbidden[] = [
  read('list Secrets of all namespaces', '/api/v1/secrets'),
  read('read a Secret', `/api/v1/namespaces/kube-system/secrets/${NOTHING}`),
  read('watch Secrets', '/api/v1/secrets?watch=true&timeoutSeconds=1'),
  read('list ConfigMaps', '/api/v1/namespaces/kube-system/configmaps'),
  read('read the logs of a pod', `${POD}/log`),
  read('run a command in a pod by GET', `${POD}/exec?command=id&stdout=true`),
  write('run a command in a pod by POST', 'POST', `${POD}/exec?command=id&stdout=true`),
  read('attach to a pod', `${POD}/attach?stdout=true`),
  read('forward a port of a pod', `${POD}/portforward?ports=80`),
  read('pass through to a pod', `${POD}/proxy/`),
  read('pass through to a service', `/api/v1/namespaces/default/services/${NOTHING}/proxy/`),
  read('pass through to a kubelet', `/api/v1/nodes/${NOTHING}/proxy/pods`),
  read('act as a member of system:masters', '/api/v1/namespaces', {
    'impersonate-user': NOTHING,
    'impersonate-group': 'system:masters',
  }),
  write('create a pod', 'POST', '/api/v1/namespaces/default/pods', pod),
  write('delete a pod', 'DELETE', POD),
  write('delete all pods of a namespace', 'DELETE', '/api/v1/namespaces/default/pods'),
  write('evict a pod', 'POST', `${POD}/eviction`, eviction),
  write('delete a namespace', 'DELETE', `/api/v1/namespaces/${NOTHING}`),
  write('label a node', 'PATCH', `/api/v1/nodes/${NOTHING}`, { metadata: { labels: { proof: 'x' } } }),
  write('scale a Deployment', 'PATCH', `/apis/apps/v1/namespaces/default/deployments/${NOTHING}/scale`, {
    spec: { replicas: 0 },
  }),
  write('make a cluster administrator', 'POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', binding),
  write(
    'make a token of a ServiceAccount',
    'POST',
    '/api/v1/namespaces/kube-system/serviceaccounts/default/token',
    token,
  ),
]

const full: readonly Forbidden[] = [
  { name: 'reach what the agent keeps for the hub itself', method: 'GET', path: '/-/moorage/link', walls: ['hub'] },
  {
    name: 'change the agent’s settings by a request for the API server',
    method: 'POST',
    path: '/-/moorage/settings',
    body: '{}',
    headers: { 'content-type': 'application/json' },
    walls: ['hub'],
  },
  {
    name: 'change how the API server logs',
    method: 'PUT',
    path: '/debug/flags/v',
    body: '2',
    walls: ['api-server'],
  },
]

/** What a mode forbids, always in the same order. */
export const forbiddenIn = (mode: Mode): readonly Forbidden[] => (mode === 'full' ? full : readOnly)
