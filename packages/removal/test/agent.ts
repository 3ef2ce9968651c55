import type { ApiClient, Json } from '@moorage/testkit/api-client.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { OBJECT } from '../src/labels.ts'
import { nameOf } from '../src/object-ref.ts'
import { AGENT_NAME, clusterWideName, removalRules } from '../src/own-objects.ts'

/** Whose agent, where, and what it may do beside removing itself. */
export interface TestAgent {
  instance: string
  namespace: string
  /** Rules of its ClusterRole; a few of read-only mode when nothing is said. */
  rules?: Json[]
  /** The namespace is there already and not part of the manifest. */
  inExisting?: boolean
}

const readOnly = [
  { apiGroups: [''], resources: ['pods', 'namespaces', 'services'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: ['get', 'list', 'watch'] },
]

export const fullRules = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
]

export const labelsOf = (instance: string) => ({
  'app.kubernetes.io/managed-by': 'moorage',
  'app.kubernetes.io/name': AGENT_NAME,
  'moorage.dev/instance': instance,
})

/** All that an agent consists of, as its owner applies it. */
export const agentObjects = (agent: TestAgent): Json[] => objectsOf(agent).map(marked)

const marked = (object: Json): Json => ({
  ...object,
  metadata: {
    ...object.metadata,
    annotations: { [OBJECT]: nameOf({ namespace: null, ...object.metadata, kind: object.kind }) },
  },
})

function objectsOf({ instance, namespace, rules = readOnly, inExisting }: TestAgent): Json[] {
  const wide = clusterWideName(instance)
  const own = removalRules({ instance, namespace, keepNamespace: inExisting === true })
  const labels = labelsOf(instance)
  const inside = { name: AGENT_NAME, namespace, labels }
  const outside = { name: wide, labels }
  const rbac = 'rbac.authorization.k8s.io'
  const subjects = [{ kind: 'ServiceAccount', name: AGENT_NAME, namespace }]
  const objects: Json[] = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inside },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: inside, data: { 'hub-instance': instance } },
    { apiVersion: 'v1', kind: 'Secret', metadata: inside, stringData: { key: 'x' } },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: inside, rules: own.role },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: inside,
      roleRef: { apiGroup: rbac, kind: 'Role', name: AGENT_NAME },
      subjects,
    },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: outside, rules: [...rules, ...own.clusterRole] },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: outside,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: wide },
      subjects,
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: inside,
      spec: {
        replicas: 1,
        selector: { matchLabels: { 'app.kubernetes.io/name': AGENT_NAME, 'moorage.dev/instance': instance } },
        template: { metadata: { labels }, spec: { containers: [{ name: 'agent', image: 'moorage-agent' }] } },
      },
    },
  ]
  return inExisting
    ? objects
    : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }, ...objects]
}

/** Applies an agent's manifest, waits for its pod to be made, and resolves with a token of its ServiceAccount. */
export async function putAgent(api: ApiClient, agent: TestAgent): Promise<string> {
  for (const object of agentObjects(agent)) await api.apply(object)
  const accounts = `/api/v1/namespaces/${agent.namespace}/serviceaccounts`
  await eventually(
    async () => {
      const pods = await api.get(`/api/v1/namespaces/${agent.namespace}/pods`)
      const ours = pods.items.filter((pod: Json) => pod.metadata.labels?.['moorage.dev/instance'] === agent.instance)
      return ours.length === 1 && (await api.probe(`${accounts}/default`)) === 200
    },
    { within: 60_000 },
  )
  const { status } = await api.create(`${accounts}/${AGENT_NAME}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600 },
  })
  return status.token
}
