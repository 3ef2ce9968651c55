import { createHash } from 'node:crypto'
import type { KubernetesRule, NonResourceRule, Subject } from '@moorage/contract/access.ts'
import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import { ACCESS_NAMES } from '../store/ledger.ts'
import { matchesAny } from './pattern.ts'
import { type CompiledBinding, isCurrent } from './policy.ts'
import { reachesCluster, reachesNamespace } from './scope.ts'
import { asKubernetesHas } from './subresources.ts'

/**
 * Before every name that a member sees. No name of the hub's can be one of
 * Kubernetes' own (`system:…`) or of the member's own people then.
 */
const PREFIX = 'moorage:'

/** What a member calls a group of the hub. */
export const memberGroup = (name: string): string => `${PREFIX}${name}`

/** Names of tokens are free text. */
const inHeader = (name: string) => encodeURIComponent(name).replace(/%(?:40|3A|2B)/g, decodeURIComponent)

/** What a member calls somebody. `/` is in no name of a user, so kinds can not be mistaken for each other. */
export const memberUser = ({ kind, name }: { kind: string; name: string }): string =>
  kind === 'user' ? `${PREFIX}${name}` : `${PREFIX}${kind}/${inHeader(name)}`

const RBAC = 'rbac.authorization.k8s.io'
const API = `${RBAC}/v1`

/** A rule as Kubernetes takes it. */
export interface MemberRule {
  apiGroups?: readonly string[]
  resources?: readonly string[]
  resourceNames?: readonly string[]
  nonResourceURLs?: readonly string[]
  verbs: readonly string[]
}

/** An object that lets people do in the member what the hub lets them do. Its name tells what is in it: it is never changed. */
export interface MemberObject {
  apiVersion: typeof API
  kind: 'ClusterRole' | 'ClusterRoleBinding' | 'RoleBinding'
  metadata: {
    name: string
    namespace?: string
    labels: Readonly<Record<string, string>>
    annotations: Readonly<Record<string, string>>
  }
  rules?: readonly MemberRule[]
  roleRef?: { apiGroup: typeof RBAC; kind: 'ClusterRole'; name: string }
  subjects?: readonly { apiGroup: typeof RBAC; kind: 'User' | 'Group'; name: string }[]
}

/** What the names of one hub's objects begin with, so that those of two hubs fit into one cluster. */
export const memberPrefix = (instance: string): string => `${ACCESS_NAMES}${instance.slice(0, 8)}-`

/** Letters of a name that stand for what is in an object. */
const DIGEST = 12
const digest = (of: unknown) => createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, DIGEST)

/** Which rules of a role hold where: everywhere in the cluster, or in this one namespace. */
function rulesAt({ scope, allow }: CompiledBinding, namespace: string | null): MemberRule[] {
  const plain = ({ apiGroups, resources, resourceNames, verbs }: KubernetesRule): MemberRule => ({
    apiGroups,
    resources: asKubernetesHas(resources),
    ...(resourceNames === undefined ? {} : { resourceNames }),
    verbs,
  })
  const paths = ({ paths: nonResourceURLs, verbs }: NonResourceRule): MemberRule => ({ nonResourceURLs, verbs })
  if (namespace === null) {
    if (scope.namespaces !== null) return []
    return [
      ...allow.kubernetes.filter(rule => rule.namespaces === undefined).map(plain),
      ...allow.nonResource.map(paths),
    ]
  }
  if (!reachesNamespace(scope, namespace)) return []
  return allow.kubernetes
    .filter(({ namespaces }) =>
      // What holds in the whole cluster is bound there already.
      namespaces === undefined ? scope.namespaces !== null : matchesAny(namespaces, namespace),
    )
    .map(plain)
}

const memberSubject = ({ kind, name }: Subject) => ({
  apiGroup: RBAC as typeof RBAC,
  kind: kind === 'group' ? ('Group' as const) : ('User' as const),
  name: kind === 'group' ? memberGroup(name) : memberUser({ kind, name }),
})

/** The role of a binding at a place, and who has it; nothing where it gives nothing there. */
function objectsAt(binding: CompiledBinding, namespace: string | null, instance: string): MemberObject[] {
  const rules = rulesAt(binding, namespace)
  if (rules.length === 0) return []
  const prefix = memberPrefix(instance)
  const labels = { 'app.kubernetes.io/managed-by': 'moorage', 'moorage.dev/instance': instance }
  const metadata = (kind: MemberObject['kind'], name: string, because: string) => {
    const place = kind === 'RoleBinding' && namespace !== null ? { namespace } : {}
    const object = `${kind} ${kind === 'RoleBinding' ? `${namespace}/` : ''}${name}`
    return { name, ...place, labels, annotations: { 'moorage.dev/object': object, 'moorage.dev/for': because } }
  }
  const role = `${prefix}${binding.role}-${digest(rules)}`
  const subjects = binding.subjects.map(memberSubject)
  const kind = namespace === null ? 'ClusterRoleBinding' : 'RoleBinding'
  const name = `${prefix}${binding.name}-${digest([role, subjects])}`
  return [
    { apiVersion: API, kind: 'ClusterRole', metadata: metadata('ClusterRole', role, `role ${binding.role}`), rules },
    {
      apiVersion: API,
      kind,
      metadata: metadata(kind, name, `binding ${binding.name}`),
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
      subjects,
    },
  ]
}

/** What tells one object from another within a cluster. */
export const keyOfObject = ({ kind, metadata }: Pick<MemberObject, 'kind' | 'metadata'>): string =>
  `${kind} ${metadata.namespace ?? ''}/${metadata.name}`

/**
 * What has to be in a member so that these bindings count there: in the whole
 * cluster, and in one namespace where a request is about one. What a role
 * forbids is not among it, as Kubernetes knows no such rules: the hub alone
 * refuses that. Roles come before their bindings.
 */
export function memberRbac(
  bindings: readonly CompiledBinding[],
  {
    cluster,
    namespace,
    instance,
    now,
  }: { cluster: ClusterFacts; namespace: string | null; instance: string; now: Date },
): MemberObject[] {
  const places = namespace === null ? [null] : [null, namespace]
  const objects = bindings
    .filter(binding => isCurrent(binding, now) && reachesCluster(binding.scope, cluster))
    .flatMap(binding => places.flatMap(place => objectsAt(binding, place, instance)))
  return [...new Map(objects.map(object => [keyOfObject(object), object])).values()]
}
