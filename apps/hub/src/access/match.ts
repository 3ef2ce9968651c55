import type { KubernetesRule, NonResourceRule, Permission } from '@moorage/contract/access.ts'
import type { HubRequest, KubeAccessRequest, NonResourceRequest } from '@moorage/contract/access-request.ts'
import { matchesAny } from './pattern.ts'

const has = (words: readonly string[], word: string) => words.includes('*') || words.includes(word)

export const permits = (
  { resources, verbs }: Permission,
  { resource, verb }: Pick<HubRequest, 'resource' | 'verb'>,
): boolean => has(resources, resource) && has(verbs, verb)

/** Kinds outside of namespaces that Kubernetes itself brings. Of others a path alone does not tell. */
const CLUSTER_WIDE = new Set([
  '/nodes',
  '/namespaces',
  '/persistentvolumes',
  '/componentstatuses',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'rbac.authorization.k8s.io/clusterroles',
  'rbac.authorization.k8s.io/clusterrolebindings',
  'apiextensions.k8s.io/customresourcedefinitions',
  'apiregistration.k8s.io/apiservices',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'certificates.k8s.io/certificatesigningrequests',
  'networking.k8s.io/ingressclasses',
  'node.k8s.io/runtimeclasses',
  'scheduling.k8s.io/priorityclasses',
  'flowcontrol.apiserver.k8s.io/flowschemas',
  'flowcontrol.apiserver.k8s.io/prioritylevelconfigurations',
  'authentication.k8s.io/tokenreviews',
  'authentication.k8s.io/selfsubjectreviews',
  'authorization.k8s.io/subjectaccessreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
  'metrics.k8s.io/nodes',
])

/** Whether a request is of no namespace, as far as is known. Through a node’s kubelet the pods of all are reached. */
const isClusterWide = ({ apiGroup, resource, subresource }: KubeAccessRequest): boolean =>
  CLUSTER_WIDE.has(`${apiGroup}/${resource}`) && !(resource === 'nodes' && subresource === 'proxy')

// As Kubernetes matches, and "pods/*" besides: "pods" is without subresources, "pods/*" each of its own, "*/scale" that of
// any kind, "*/*" all of all kinds, "*" everything.
function hasResource(resources: readonly string[], { resource, subresource }: KubeAccessRequest): boolean {
  if (resources.includes('*')) return true
  if (subresource === null) return resources.includes(resource)
  return (
    resources.includes(`${resource}/${subresource}`) ||
    resources.includes(`${resource}/*`) ||
    resources.includes(`*/${subresource}`) ||
    resources.includes('*/*')
  )
}

/** Whether a rule allows a request. What the request leaves open must be all allowed. */
export function allowsKube(rule: KubernetesRule, request: KubeAccessRequest): boolean {
  const { apiGroups, verbs, resources, resourceNames, namespaces } = rule
  if (!has(verbs, request.verb) || !has(apiGroups, request.apiGroup) || !hasResource(resources, request)) return false
  if (resourceNames !== undefined && (request.name === null || !resourceNames.includes(request.name))) return false
  return namespaces === undefined || (request.namespace !== null && matchesAny(namespaces, request.namespace))
}

/**
 * Whether a rule forbids a request. What the request leaves open may touch what
 * is forbidden, so it is: a list over all namespaces shows the forbidden one
 * too. A kind that is forbidden is so with its subresources.
 */
export function deniesKube(rule: KubernetesRule, request: KubeAccessRequest): boolean {
  const { apiGroups, verbs, resources, resourceNames, namespaces } = rule
  if (!has(verbs, request.verb) || !has(apiGroups, request.apiGroup)) return false
  if (!hasResource(resources, request) && !resources.includes(request.resource)) return false
  if (resourceNames !== undefined && request.name !== null && !resourceNames.includes(request.name)) return false
  return namespaces === undefined || touchesNamespaces(namespaces, request)
}

/** Whether a request is, or may be, about namespaces that match. */
export const touchesNamespaces = (patterns: readonly string[], request: KubeAccessRequest): boolean =>
  request.namespace === null ? !isClusterWide(request) : matchesAny(patterns, request.namespace)

const hasPath = (paths: readonly string[], path: string) =>
  paths.some(each => (each.endsWith('*') ? path.startsWith(each.slice(0, -1)) : path === each))

export const matchesPath = ({ paths, verbs }: NonResourceRule, { path, verb }: NonResourceRequest): boolean =>
  has(verbs, verb) && hasPath(paths, path)
