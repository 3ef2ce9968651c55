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

/** Whether an object is one that the cluster makes by itself in every namespace. */
export const isAutomatic = (object: { resource: { group: string; resource: string }; name: string }) =>
  AUTOMATIC.some(
    ({ group, resource, names }) =>
      object.resource.group === group && object.resource.resource === resource && names.includes(object.name),
  )

/** A Secret that a controller makes for a ServiceAccount: tokens before 1.24, and OpenShift's pull credentials. */
export const isSecretOf = (account: string, secret: string) =>
  secret.startsWith(`${account}-`) && /^(token|dockercfg)-[a-z0-9]{5}$/.test(secret.slice(account.length + 1))
