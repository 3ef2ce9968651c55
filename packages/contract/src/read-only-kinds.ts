export type ReadVerb = 'get' | 'list' | 'watch'

/** A kind that may be read of a read-only member. */
export interface ReadOnlyKind {
  /** '' for the core group. */
  group: string
  version: string
  /** As it stands in paths and rules, such as `pods`. */
  resource: string
  namespaced: boolean
  verbs: readonly ReadVerb[]
}

const core = { group: '', version: 'v1' }
const apps = { group: 'apps', version: 'v1' }
const batch = { group: 'batch', version: 'v1' }
const all = ['get', 'list', 'watch'] as const
const namespaced = { namespaced: true, verbs: all }
const clusterWide = { namespaced: false, verbs: all }

/**
 * All that a read-only member is read for, kind by kind: the hub's wall, the
 * agent's guard and the ClusterRoles are made from this and hold nothing else.
 * Never Secrets, ConfigMaps, subresources or `*`.
 */
export const READ_ONLY_KINDS: readonly ReadOnlyKind[] = [
  { ...core, resource: 'nodes', ...clusterWide },
  { ...core, resource: 'namespaces', ...clusterWide },
  { ...core, resource: 'persistentvolumes', ...clusterWide },
  { ...core, resource: 'pods', ...namespaced },
  { ...core, resource: 'services', ...namespaced },
  { ...core, resource: 'persistentvolumeclaims', ...namespaced },
  { ...core, resource: 'resourcequotas', ...namespaced },
  { ...core, resource: 'events', ...namespaced },
  { ...apps, resource: 'deployments', ...namespaced },
  { ...apps, resource: 'statefulsets', ...namespaced },
  { ...apps, resource: 'daemonsets', ...namespaced },
  { ...apps, resource: 'replicasets', ...namespaced },
  { ...batch, resource: 'jobs', ...namespaced },
  { ...batch, resource: 'cronjobs', ...namespaced },
  { group: 'networking.k8s.io', version: 'v1', resource: 'ingresses', ...namespaced },
  { group: 'storage.k8s.io', version: 'v1', resource: 'storageclasses', ...clusterWide },
  { group: 'apiextensions.k8s.io', version: 'v1', resource: 'customresourcedefinitions', ...clusterWide },
  // The metrics server has no watch.
  { group: 'metrics.k8s.io', version: 'v1beta1', resource: 'nodes', namespaced: false, verbs: ['get', 'list'] },
]
