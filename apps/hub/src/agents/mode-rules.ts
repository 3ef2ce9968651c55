import type { Mode } from '@moorage/contract/cluster.ts'
import { READ_ONLY_KINDS } from '@moorage/contract/read-only-kinds.ts'

/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
  verbs: string[]
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Reading, kind by kind. No Secrets, no ConfigMaps, no connect subresources, no
 * wildcard. What every signed-in account may do anyway (discovery, asking for
 * one's own rights) is left to Kubernetes' own roles.
 */
function readOnlyRules(): PolicyRule[] {
  const groups = [...new Set(READ_ONLY_KINDS.map(kind => kind.group))].sort(byText)
  return groups.flatMap(group => {
    const kinds = READ_ONLY_KINDS.filter(kind => kind.group === group)
    const sets = [...new Set(kinds.map(kind => kind.verbs.join()))]
    return sets.map(verbs => ({
      apiGroups: [group],
      resources: kinds
        .filter(kind => kind.verbs.join() === verbs)
        .map(kind => kind.resource)
        .sort(byText),
      verbs: verbs.split(','),
    }))
  })
}

/**
 * Managing everything. Kinds can not be listed, as nobody knows which ones a
 * cluster has or add-ons will bring; verbs are, so that what goes beyond
 * objects (acting as somebody, giving rights on) stands there by name.
 */
const fullRules = (): PolicyRule[] => [
  {
    apiGroups: ['*'],
    resources: ['*'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  },
  { apiGroups: [''], resources: ['users', 'groups', 'serviceaccounts'], verbs: ['impersonate'] },
  {
    apiGroups: ['authentication.k8s.io'],
    resources: ['uids', 'userextras/moorage.dev/request'],
    verbs: ['impersonate'],
  },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterroles', 'roles'],
    verbs: ['bind', 'escalate'],
  },
  { nonResourceURLs: ['*'], verbs: ['get'] },
]

/** What the agent's ClusterRole holds for a mode. */
export const modeRules = (mode: Mode): PolicyRule[] => (mode === 'full' ? fullRules() : readOnlyRules())

const listOf = (names: readonly string[]) => names.join(', ')

/** The same in sentences, for the owner of the cluster, who is asked to give these rights. */
export function rightsInWords(
  mode: Mode,
  { namespace, existingNamespace }: { namespace: string; existingNamespace: boolean },
): string[] {
  const own = [
    `In the namespace ${namespace} alone: read and change its own Secret moorage-agent, where its key is.`,
    `Remove itself: get and delete, each by its name, its own Deployment, ServiceAccount, Secret, ConfigMap, roles${existingNamespace ? ' and bindings.' : ', bindings and namespace; where the namespace has to stay, take Moorage’s labels off it.'}`,
    `In the namespace ${namespace} alone: make and delete one ResourceQuota, which counts what else is there before the namespace is removed.`,
  ]
  if (mode === 'full') {
    return [
      'Get, list, watch, create, change and delete objects of every kind, Secrets among them, in every namespace.',
      'Run commands in pods, attach to them and forward ports.',
      'Act in the name of users, groups and ServiceAccounts: each person’s requests carry that person’s name.',
      'Make roles and bindings, also with rights that it does not have itself.',
      ...own,
    ]
  }
  return [
    ...readOnlyRules().map(({ apiGroups, resources, verbs }) => {
      const [group] = apiGroups ?? []
      return `${verbs.join(', ')}: ${listOf(resources ?? [])}${group ? ` (${group})` : ''}.`
    }),
    'Nothing else: no Secrets, no ConfigMaps, no logs, no exec, attach, port-forward or proxy, no acting as somebody else, no change of any object.',
    ...own,
  ]
}
