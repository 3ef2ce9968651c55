import { collectionPath, objectPath } from '@moorage/kube/path.ts'
import { apiVersionOf, type KubeObject, type Resource } from '@moorage/kube/resource.ts'
import { fullRules, readOnlyRules } from './read-only-rules.ts'

export type Mode = 'read-only' | 'full'

/** What everything carries that this command makes, and what `--undo` goes by. */
export const ourLabels = {
  'app.kubernetes.io/managed-by': 'moorage',
  'app.kubernetes.io/part-of': 'moorage',
  'app.kubernetes.io/component': 'convert-kubeconfig',
} as const

/** Where the ServiceAccount lives unless told otherwise. */
export const defaultNamespace = 'moorage'

const core = { group: '', version: 'v1' }
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' }

/** Every kind that this command makes, in the order in which it is made. */
export const kinds = {
  Namespace: { ...core, resource: 'namespaces', kind: 'Namespace', namespaced: false },
  ServiceAccount: { ...core, resource: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true },
  ClusterRole: { ...rbac, resource: 'clusterroles', kind: 'ClusterRole', namespaced: false },
  ClusterRoleBinding: { ...rbac, resource: 'clusterrolebindings', kind: 'ClusterRoleBinding', namespaced: false },
  Secret: { ...core, resource: 'secrets', kind: 'Secret', namespaced: true },
} as const satisfies Record<string, Resource>
export type Kind = keyof typeof kinds

/** An object as it is to be. */
export interface Wanted {
  kind: Kind
  name: string
  namespace?: string
  /** The fields beside apiVersion, kind and metadata. */
  fields: Record<string, unknown>
  annotations?: Record<string, string>
}

export const accountName = (mode: Mode) => `moorage-${mode}`
const roleName = (namespace: string, mode: Mode) => `moorage:${namespace}:${mode}`

/** What a conversion makes, in the order in which it is made. The account has one name per mode: modes never mix. */
export function wantedObjects(namespace: string, mode: Mode, options: { secret: boolean }): Wanted[] {
  const account = accountName(mode)
  const role = roleName(namespace, mode)
  return [
    { kind: 'Namespace', name: namespace, fields: {} },
    { kind: 'ServiceAccount', name: account, namespace, fields: { automountServiceAccountToken: false } },
    { kind: 'ClusterRole', name: role, fields: { rules: mode === 'full' ? fullRules : readOnlyRules } },
    {
      kind: 'ClusterRoleBinding',
      name: role,
      fields: {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
      },
    },
    ...(options.secret
      ? [
          {
            kind: 'Secret' as const,
            name: `${account}-token`,
            namespace,
            fields: { type: 'kubernetes.io/service-account-token' },
            annotations: { 'kubernetes.io/service-account.name': account },
          },
        ]
      : []),
  ]
}

/** Whether an object is one that `--undo` of this namespace and mode (where they are given) is about. */
export function belongsTo(
  object: { kind: Kind; name: string; namespace?: string | undefined },
  scope: { namespace?: string | undefined; mode?: Mode | undefined },
): boolean {
  const modes: Mode[] = scope.mode ? [scope.mode] : ['read-only', 'full']
  switch (object.kind) {
    case 'Namespace':
      return scope.namespace === undefined || object.name === scope.namespace
    case 'ServiceAccount':
    case 'Secret': {
      const names = modes.flatMap(mode => [accountName(mode), `${accountName(mode)}-token`])
      return (scope.namespace === undefined || object.namespace === scope.namespace) && names.includes(object.name)
    }
    default:
      return modes.some(mode =>
        scope.namespace === undefined
          ? object.name.startsWith('moorage:') && object.name.endsWith(`:${mode}`)
          : object.name === roleName(scope.namespace, mode),
      )
  }
}

/** The whole object, as it is sent. */
export function manifest(wanted: Wanted): object {
  const { kind, name, namespace, annotations, fields } = wanted
  return {
    apiVersion: apiVersionOf(kinds[kind]),
    kind,
    metadata: { name, ...(namespace && { namespace }), labels: ourLabels, ...(annotations && { annotations }) },
    ...fields,
  }
}

export const pathOf = (object: { kind: Kind; name: string; namespace?: string | undefined }) =>
  objectPath(kinds[object.kind], { name: object.name, ...(object.namespace && { namespace: object.namespace }) })

export const collectionOf = (kind: Kind, namespace?: string) =>
  collectionPath(kinds[kind], namespace === undefined ? {} : { namespace })

/** Whether an object carries the labels of what this command makes. */
export const isOurs = (object: Pick<KubeObject, 'metadata'>) =>
  Object.entries(ourLabels).every(([key, value]) => object.metadata.labels?.[key] === value)

/** `ServiceAccount moorage/moorage-read-only` */
export const nameOf = ({ kind, name, namespace }: { kind: string; name: string; namespace?: string | undefined }) =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`
