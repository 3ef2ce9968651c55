import { objectPath } from '@moorage/kube/path.ts'
import type { KubeObject, Resource } from '@moorage/kube/resource.ts'
import { parseAllDocuments } from 'yaml'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'

/** The label that names the hub which an object belongs to. */
export const INSTANCE_LABEL = 'moorage.dev/instance'

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' }
const core = { group: '', version: 'v1' }

/** The kinds that an agent's manifest is made of; anything else in one is not from a hub. */
const kinds: Record<string, Resource> = {
  Namespace: { ...core, resource: 'namespaces', kind: 'Namespace', namespaced: false },
  ServiceAccount: { ...core, resource: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true },
  Secret: { ...core, resource: 'secrets', kind: 'Secret', namespaced: true },
  ConfigMap: { ...core, resource: 'configmaps', kind: 'ConfigMap', namespaced: true },
  Role: { ...rbac, resource: 'roles', kind: 'Role', namespaced: true },
  RoleBinding: { ...rbac, resource: 'rolebindings', kind: 'RoleBinding', namespaced: true },
  ClusterRole: { ...rbac, resource: 'clusterroles', kind: 'ClusterRole', namespaced: false },
  ClusterRoleBinding: { ...rbac, resource: 'clusterrolebindings', kind: 'ClusterRoleBinding', namespaced: false },
  Deployment: { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', namespaced: true },
}

export interface ManifestObject {
  /** `Deployment moorage-system/moorage-agent` */
  title: string
  kind: string
  path: string
  /** Of the hub that the object belongs to. */
  instance: string
  object: Partial<KubeObject> & { metadata: { name: string; namespace?: string; labels?: Record<string, string> } }
}

/** The objects of an agent's manifest, in their order. Throws a sentence where it is not one. */
export function manifestObjects(text: string): ManifestObject[] {
  return parseAllDocuments(text).map(document => {
    const object = document.toJS() as ManifestObject['object'] | null
    const resource = kinds[object?.kind ?? '']
    const instance = object?.metadata?.labels?.[INSTANCE_LABEL]
    if (document.errors.length > 0 || !object || !resource || !instance)
      throw new CliError(
        'manifest_unknown',
        exitCodes.failed,
        'What the hub answered with is not the manifest of an agent.',
      )
    const { name, namespace } = object.metadata
    const where = { name, ...(namespace !== undefined && { namespace }) }
    const title = `${object.kind} ${namespace ? `${namespace}/` : ''}${name}`
    return { title, kind: resource.kind, path: objectPath(resource, where), instance, object }
  })
}
