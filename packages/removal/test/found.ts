import type { Found } from '../src/object-ref.ts'
import { labelsOf } from './agent.ts'

export const INSTANCE = '11111111-1111-4222-8333-444444444444'

const groups: Record<string, [group: string, resource: string, namespaced?: boolean]> = {
  ConfigMap: ['', 'configmaps'],
  Secret: ['', 'secrets'],
  Pod: ['', 'pods'],
  ServiceAccount: ['', 'serviceaccounts'],
  Namespace: ['', 'namespaces', false],
  Deployment: ['apps', 'deployments'],
  ReplicaSet: ['apps', 'replicasets'],
  Role: ['rbac.authorization.k8s.io', 'roles'],
  RoleBinding: ['rbac.authorization.k8s.io', 'rolebindings'],
  ClusterRole: ['rbac.authorization.k8s.io', 'clusterroles', false],
  ClusterRoleBinding: ['rbac.authorization.k8s.io', 'clusterrolebindings', false],
  CustomResourceDefinition: ['apiextensions.k8s.io', 'customresourcedefinitions', false],
  APIService: ['apiregistration.k8s.io', 'apiservices', false],
  ValidatingWebhookConfiguration: ['admissionregistration.k8s.io', 'validatingwebhookconfigurations', false],
  ValidatingAdmissionPolicy: ['admissionregistration.k8s.io', 'validatingadmissionpolicies', false],
  ValidatingAdmissionPolicyBinding: ['admissionregistration.k8s.io', 'validatingadmissionpolicybindings', false],
  Backup: ['velero.io', 'backups'],
}

/** An object of ours as a scan would have found it. */
export function found(kind: string, name: string, more: Partial<Found> = {}): Found {
  const [group, resource, namespaced = true] = groups[kind] as [string, string, boolean?]
  return {
    apiVersion: group === '' ? 'v1' : `${group}/v1`,
    kind,
    namespace: namespaced ? 'moorage-system' : null,
    name,
    uid: `${kind}-${name}`,
    resource: { group, version: 'v1', resource, kind, namespaced },
    labels: labelsOf(INSTANCE),
    annotations: {},
    owners: [],
    finalizers: [],
    resourceVersion: '1',
    createdAt: '2026-01-01T00:00:00Z',
    deletingSince: null,
    ...more,
  }
}

export const ownedBy = ({ kind, name, uid }: Found) => ({ owners: [{ kind, name, uid }] })
