import { type Permission, Resource, type Role, type Rules, type Verb } from '@moorage/contract/access.ts'
import { clusterReads, everyPath, everything, namespaceAdministration, namespaceReads } from './built-in-rules.ts'

const role = (
  name: string,
  description: string,
  rules: { [key in keyof Rules]?: readonly Rules[key][number][] },
): Role => ({
  name,
  description,
  builtIn: true,
  permissions: [...(rules.permissions ?? [])],
  kubernetes: [...(rules.kubernetes ?? [])],
  nonResource: [...(rules.nonResource ?? [])],
  deny: { permissions: [], kubernetes: [], nonResource: [] },
})

const may = (resources: Resource[], verbs: Verb[]): Permission => ({ resources, verbs })
const READ: Verb[] = ['get', 'list', 'watch']
const CHANGE: Verb[] = ['create', 'update', 'delete']

/** What there is to see of a cluster. */
const look: Permission = may(['clusters', 'agents', 'inventory', 'events', 'metrics', 'changes'], READ)
/** What there is to see of how clusters are shared out. */
const lookAround: Permission = may(
  ['projects', 'roles', 'bindings', 'limits', 'groups', 'role-requests', 'receipts'],
  READ,
)
const ownKubeconfig: Permission = may(['kubeconfigs'], ['get'])

const clusterAdministration: Permission[] = [
  look,
  may(['audit'], READ),
  ownKubeconfig,
  may(['clusters'], ['update', 'disconnect', 'delete']),
  may(['agents', 'kubeconfigs'], ['update']),
]

/**
 * The roles that are always there. They are never changed: who needs another
 * one writes one. None of those that read has `*`, a Secret, or a way into a pod.
 */
export const builtInRoles: readonly Role[] = [
  role('super-admin', 'Everything, the hub itself included', {
    permissions: [{ resources: ['*'], verbs: ['*'] }],
    kubernetes: everything,
    nonResource: everyPath,
  }),
  role('organisation-admin', 'Everything but backups, issuers and admin tokens of the hub', {
    permissions: [{ resources: Resource.exclude(['backups']).options, verbs: ['*'] }],
    kubernetes: everything,
    nonResource: everyPath,
  }),
  role('organisation-read-only', 'Sees everything of Moorage, and reads clusters without their Secrets', {
    permissions: [
      look,
      lookAround,
      ownKubeconfig,
      may(['hub', 'users', 'service-accounts', 'tokens', 'sessions', 'issuers', 'audit'], READ),
    ],
    kubernetes: clusterReads,
  }),
  role('project-admin', 'Everything with the clusters of a project but recordings, and who may use them', {
    permissions: [
      ...clusterAdministration,
      lookAround,
      may(['clusters'], ['connect']),
      may(['projects'], ['update']),
      may(['bindings'], CHANGE),
      may(['limits'], ['update']),
      may(['role-requests'], ['approve']),
    ],
    kubernetes: everything,
    nonResource: everyPath,
  }),
  role('project-read-only', 'Sees the clusters of a project, and reads them without their Secrets', {
    permissions: [look, may(['projects', 'roles', 'bindings'], READ), ownKubeconfig],
    kubernetes: clusterReads,
  }),
  role('cluster-admin', 'Everything with a cluster but recordings', {
    permissions: clusterAdministration,
    kubernetes: everything,
    nonResource: everyPath,
  }),
  role('namespace-admin', 'Everything in namespaces but the namespace itself, its quotas and its limits', {
    permissions: [look, ownKubeconfig],
    kubernetes: namespaceAdministration,
  }),
  role('namespace-read-only', 'Reads in namespaces, without Secrets', {
    permissions: [look, ownKubeconfig],
    kubernetes: namespaceReads,
  }),
]
