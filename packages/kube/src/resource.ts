/** A resource of the Kubernetes API: what a URL is made of. */
export interface Resource {
  /** '' for the core group. */
  group: string
  version: string
  /** Plural, as in the URL. */
  resource: string
  kind: string
  namespaced: boolean
}

/** `v1` or `apps/v1`. */
export const apiVersionOf = (resource: Pick<Resource, 'group' | 'version'>) =>
  resource.group === '' ? resource.version : `${resource.group}/${resource.version}`

/** The part of an object that is the same for every kind. */
export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: ObjectMeta
  [field: string]: unknown
}

export interface ObjectMeta {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  creationTimestamp: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[]
  finalizers?: string[]
  /** Who wrote which fields, and when last. */
  managedFields?: { subresource?: string; time?: string; fieldsV1?: Record<string, Record<string, object>> }[]
}
