import type { KubernetesRule, NonResourceRule } from '@moorage/contract/access.ts'

const rule = (apiGroup: string, resources: string[], verbs: string[]): KubernetesRule => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
})

const READ = ['get', 'list', 'watch']
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection']

const SCALED = ['deployments/scale', 'replicasets/scale', 'statefulsets/scale']
const APPS = ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions']
const CORE = [
  'pods',
  'services',
  'endpoints',
  'configmaps',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'serviceaccounts',
  'podtemplates',
]
const ROUTES = ['gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes', 'udproutes', 'referencegrants']

/** Everything that a cluster's API server serves. */
export const everything: readonly KubernetesRule[] = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
export const everyPath: readonly NonResourceRule[] = [{ paths: ['*'], verbs: ['*'] }]

/**
 * Reads in namespaces, kind by kind: no Secret, and no subresource but logs,
 * status and scale. exec, attach, port-forward and proxy are no reads, whatever
 * the method: each is a subresource that stands nowhere here, and `*` does not either.
 */
export const namespaceReads: readonly KubernetesRule[] = [
  rule(
    '',
    [
      ...CORE,
      'namespaces',
      'events',
      'limitranges',
      'resourcequotas',
      'pods/log',
      'pods/status',
      'services/status',
      'persistentvolumeclaims/status',
      'replicationcontrollers/scale',
      'replicationcontrollers/status',
      'resourcequotas/status',
    ],
    READ,
  ),
  rule(
    'apps',
    [...APPS, ...SCALED, 'deployments/status', 'replicasets/status', 'statefulsets/status', 'daemonsets/status'],
    READ,
  ),
  rule('batch', ['jobs', 'cronjobs', 'jobs/status', 'cronjobs/status'], READ),
  rule('autoscaling', ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'], READ),
  rule('networking.k8s.io', ['ingresses', 'ingresses/status', 'networkpolicies'], READ),
  rule('gateway.networking.k8s.io', ROUTES, READ),
  rule('policy', ['poddisruptionbudgets', 'poddisruptionbudgets/status'], READ),
  rule('discovery.k8s.io', ['endpointslices'], READ),
  rule('events.k8s.io', ['events'], READ),
  rule('coordination.k8s.io', ['leases'], READ),
  rule('metrics.k8s.io', ['pods'], ['get', 'list']),
]

/** Reads outside of namespaces. */
export const clusterReads: readonly KubernetesRule[] = [
  ...namespaceReads,
  rule('', ['nodes', 'nodes/status', 'persistentvolumes', 'persistentvolumes/status', 'componentstatuses'], READ),
  rule(
    'storage.k8s.io',
    ['storageclasses', 'volumeattachments', 'csidrivers', 'csinodes', 'csistoragecapacities'],
    READ,
  ),
  rule('apiextensions.k8s.io', ['customresourcedefinitions', 'customresourcedefinitions/status'], READ),
  rule('apiregistration.k8s.io', ['apiservices', 'apiservices/status'], READ),
  rule('networking.k8s.io', ['ingressclasses'], READ),
  rule('gateway.networking.k8s.io', ['gatewayclasses'], READ),
  rule('scheduling.k8s.io', ['priorityclasses'], READ),
  rule('node.k8s.io', ['runtimeclasses'], READ),
  rule('rbac.authorization.k8s.io', ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'], READ),
  rule('metrics.k8s.io', ['nodes'], ['get', 'list']),
]

/**
 * All that is a namespace's own. Not the namespace itself, whose labels decide
 * how strict its pods are kept, nor its quotas and limits.
 */
export const namespaceAdministration: readonly KubernetesRule[] = [
  ...namespaceReads,
  rule(
    '',
    [
      ...CORE,
      'secrets',
      'events',
      'replicationcontrollers/scale',
      'pods/eviction',
      'pods/ephemeralcontainers',
      'pods/resize',
      'serviceaccounts/token',
    ],
    [...READ, ...WRITE],
  ),
  rule('', ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'services/proxy'], [...READ, ...WRITE]),
  rule('apps', [...APPS, ...SCALED, 'deployments/rollback'], WRITE),
  rule('batch', ['jobs', 'cronjobs'], WRITE),
  rule('autoscaling', ['horizontalpodautoscalers'], WRITE),
  rule('networking.k8s.io', ['ingresses', 'networkpolicies'], WRITE),
  rule('gateway.networking.k8s.io', ROUTES, WRITE),
  rule('policy', ['poddisruptionbudgets'], WRITE),
  rule('coordination.k8s.io', ['leases'], WRITE),
  rule('rbac.authorization.k8s.io', ['roles', 'rolebindings'], [...READ, ...WRITE]),
  rule('authorization.k8s.io', ['localsubjectaccessreviews'], ['create']),
]
