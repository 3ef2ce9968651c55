import { apiVersionOf, type KubeObject, type Resource } from '@moorage/kube/resource.ts'

/** One object in a cluster, as it was seen. `namespace` is null where its kind has none. */
export interface ObjectRef {
  apiVersion: string
  kind: string
  namespace: string | null
  name: string
  uid: string
}

/** An object with what removing it needs to know. */
export interface Found extends ObjectRef {
  resource: Resource
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  /** The objects that it goes with. */
  owners: readonly { kind: string; name: string; uid: string }[]
  finalizers: readonly string[]
  resourceVersion: string
  createdAt: string
  /** Since when it is being removed. */
  deletingSince: string | null
  /** An APIService whose server does not answer. */
  dead?: true
}

/** What was read of a kind, as an object that can be removed. */
export const toFound = (resource: Resource, { metadata }: Pick<KubeObject, 'metadata'>): Found => ({
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
  namespace: resource.namespaced ? (metadata.namespace ?? null) : null,
  name: metadata.name,
  uid: metadata.uid,
  resource,
  labels: metadata.labels ?? {},
  annotations: metadata.annotations ?? {},
  owners: (metadata.ownerReferences ?? []).map(({ kind, name, uid }) => ({ kind, name, uid })),
  finalizers: metadata.finalizers ?? [],
  resourceVersion: metadata.resourceVersion,
  createdAt: metadata.creationTimestamp,
  deletingSince: metadata.deletionTimestamp ?? null,
})

/** The reference alone, as it is sent and stored. */
export const toRef = ({ apiVersion, kind, namespace, name, uid }: ObjectRef): ObjectRef => ({
  apiVersion,
  kind,
  namespace,
  name,
  uid,
})

/** `ConfigMap moorage-system/moorage-agent` */
export const nameOf = ({ kind, namespace, name }: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>) =>
  `${kind} ${namespace === null ? '' : `${namespace}/`}${name}`
