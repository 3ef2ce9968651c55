import type { Resource } from '@moorage/kube/resource.ts'
import { AUTOMATIC } from './automatic.ts'

const core = { group: '', version: 'v1' }
const apps = { group: 'apps', version: 'v1' }
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' }

/** Kinds that an agent consists of. */
export const OWN_KINDS = {
  RoleBinding: { ...rbac, resource: 'rolebindings', kind: 'RoleBinding', namespaced: true },
  Role: { ...rbac, resource: 'roles', kind: 'Role', namespaced: true },
  ClusterRoleBinding: { ...rbac, resource: 'clusterrolebindings', kind: 'ClusterRoleBinding', namespaced: false },
  ClusterRole: { ...rbac, resource: 'clusterroles', kind: 'ClusterRole', namespaced: false },
  ConfigMap: { ...core, resource: 'configmaps', kind: 'ConfigMap', namespaced: true },
  Secret: { ...core, resource: 'secrets', kind: 'Secret', namespaced: true },
  ServiceAccount: { ...core, resource: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true },
  Deployment: { ...apps, resource: 'deployments', kind: 'Deployment', namespaced: true },
  Namespace: { ...core, resource: 'namespaces', kind: 'Namespace', namespaced: false },
} as const satisfies Record<string, Resource>
export type OwnKind = keyof typeof OWN_KINDS

/** The name of everything of an agent that is in its namespace. */
export const AGENT_NAME = 'moorage-agent'
/** The ResourceQuota that counts what may not be listed. */
export const COUNT_NAME = 'moorage-count'

/** Names of what is not in the namespace carry the hub, so that agents of two hubs fit into one cluster. */
export const clusterWideName = (instance: string) => `${AGENT_NAME}-${instance.slice(0, 8)}`

/** Where an agent's object of a kind is to be looked for. Whether it is ours then, its labels say. */
export const ownName = (kind: OwnKind, { instance, namespace }: { instance: string; namespace: string }): string => {
  if (kind === 'Namespace') return namespace
  return OWN_KINDS[kind].namespaced ? AGENT_NAME : clusterWideName(instance)
}

/** A rule of a Role or ClusterRole. */
export interface RemovalRule {
  apiGroups: string[]
  resources: string[]
  resourceNames?: string[]
  verbs: string[]
}

const GO = ['get', 'delete']

/**
 * What an agent needs to take itself away, in any mode: for its Role, and for
 * its ClusterRole. A namespace that is not ours it can not delete; from one that
 * has to stay it takes our labels.
 */
export const removalRules = (place: {
  instance: string
  namespace: string
  keepNamespace?: boolean
}): { role: RemovalRule[]; clusterRole: RemovalRule[] } => {
  const rule = (kind: OwnKind) => {
    const { group, resource } = OWN_KINDS[kind]
    const verbs = kind !== 'Namespace' ? GO : place.keepNamespace ? ['get'] : [...GO, 'patch']
    return { apiGroups: [group], resources: [resource], resourceNames: [ownName(kind, place)], verbs }
  }
  const kinds = Object.keys(OWN_KINDS) as OwnKind[]
  return {
    role: [
      ...kinds.filter(kind => OWN_KINDS[kind].namespaced).map(rule),
      // What Kubernetes itself puts into every namespace is looked at, so as not to be taken for somebody's.
      ...AUTOMATIC.map(({ group, resource, names }) => ({
        apiGroups: [group],
        resources: [resource],
        resourceNames: [...names],
        verbs: ['get'],
      })),
      // Counts what is in the namespace without a right to read it.
      { apiGroups: [''], resources: ['resourcequotas'], verbs: ['create'] },
      { apiGroups: [''], resources: ['resourcequotas'], resourceNames: [COUNT_NAME], verbs: GO },
    ],
    clusterRole: kinds.filter(kind => !OWN_KINDS[kind].namespaced).map(rule),
  }
}
