import type { Found } from './object-ref.ts'

/** Objects that Kubernetes, OpenShift and Istio put into every namespace by themselves. */
export const AUTOMATIC: readonly { group: string; resource: string; kind: string; names: readonly string[] }[] = [
  {
    group: '',
    resource: 'serviceaccounts',
    kind: 'ServiceAccount',
    names: ['default', 'builder', 'deployer', 'pipeline'],
  },
  {
    group: '',
    resource: 'configmaps',
    kind: 'ConfigMap',
    names: ['kube-root-ca.crt', 'openshift-service-ca.crt', 'istio-ca-root-cert'],
  },
  {
    group: 'rbac.authorization.k8s.io',
    resource: 'rolebindings',
    kind: 'RoleBinding',
    names: ['system:image-pullers', 'system:image-builders', 'system:deployers'],
  },
]

type Named = Pick<Found, 'resource' | 'name'>

/** Whether an object is one that the cluster makes by itself in every namespace. */
export const isAutomatic = (object: Named) =>
  AUTOMATIC.some(
    ({ group, resource, names }) =>
      object.resource.group === group && object.resource.resource === resource && names.includes(object.name),
  )

/** A Secret by the name that controllers give to those of a ServiceAccount: tokens before 1.24, and OpenShift's pull credentials. */
export const isSecretOf = (account: string, secret: string) =>
  secret.startsWith(`${account}-`) && /^(token|dockercfg)-[a-z0-9]{5}$/.test(secret.slice(account.length + 1))

/** Where those controllers write down whose Secret it is. */
const ACCOUNT_OF_SECRET = [
  'kubernetes.io/service-account.name',
  'openshift.io/internal-registry-auth-token.service-account',
]

/** Whether an object is the Secret that a controller made for one of these ServiceAccounts. */
export const isAccountSecret = (object: Named & Pick<Found, 'annotations'>, accounts: readonly string[]) =>
  object.resource.group === '' &&
  object.resource.resource === 'secrets' &&
  accounts.some(
    account => isSecretOf(account, object.name) && ACCOUNT_OF_SECRET.some(key => object.annotations[key] === account),
  )

/** ServiceAccounts that are in every namespace. */
export const AUTOMATIC_ACCOUNTS: readonly string[] = AUTOMATIC.flatMap(({ kind, names }) =>
  kind === 'ServiceAccount' ? names : [],
)
