import type { KubeObject, Resource } from '@moorage/kube/resource.ts'
import type { InventoryRow } from './batch.ts'
import { cronJobRow } from './rows/cron-job.ts'
import { crdRow } from './rows/custom-resource-definition.ts'
import { daemonSetRow } from './rows/daemon-set.ts'
import { deploymentRow } from './rows/deployment.ts'
import { ingressRow } from './rows/ingress.ts'
import { jobRow } from './rows/job.ts'
import { namespaceRow } from './rows/namespace.ts'
import { nodeRow } from './rows/node.ts'
import { podRow } from './rows/pod.ts'
import { replicaSetRow } from './rows/replica-set.ts'
import { resourceQuotaRow } from './rows/resource-quota.ts'
import { serviceRow } from './rows/service.ts'
import { statefulSetRow } from './rows/stateful-set.ts'
import { storageClassRow } from './rows/storage-class.ts'
import { persistentVolumeClaimRow, persistentVolumeRow } from './rows/volume.ts'

/** A kind that the projector reads: where it is served and how an object becomes a row. */
export interface ProjectedKind extends Resource {
  row: (object: KubeObject) => InventoryRow
  /** Objects on one page of a list; less than the usual where objects are large. */
  pageSize?: number
}

const core = { group: '', version: 'v1' }
const apps = { group: 'apps', version: 'v1' }
const batch = { group: 'batch', version: 'v1' }

/** A definition carries schemas of up to a megabyte. */
const CRD_PAGE = 25

/**
 * Every kind of the inventory, in the order in which they are first listed:
 * what the fleet's table needs comes first. This is the whole of what is read
 * in a read-only member, besides events and metrics.
 */
export const projectedKinds: readonly ProjectedKind[] = [
  { ...core, resource: 'nodes', kind: 'Node', namespaced: false, row: nodeRow },
  { ...core, resource: 'pods', kind: 'Pod', namespaced: true, row: podRow },
  { ...core, resource: 'namespaces', kind: 'Namespace', namespaced: false, row: namespaceRow },
  { ...apps, resource: 'deployments', kind: 'Deployment', namespaced: true, row: deploymentRow },
  { ...apps, resource: 'statefulsets', kind: 'StatefulSet', namespaced: true, row: statefulSetRow },
  { ...apps, resource: 'daemonsets', kind: 'DaemonSet', namespaced: true, row: daemonSetRow },
  { ...apps, resource: 'replicasets', kind: 'ReplicaSet', namespaced: true, row: replicaSetRow },
  { ...batch, resource: 'jobs', kind: 'Job', namespaced: true, row: jobRow },
  { ...batch, resource: 'cronjobs', kind: 'CronJob', namespaced: true, row: cronJobRow },
  { ...core, resource: 'services', kind: 'Service', namespaced: true, row: serviceRow },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    resource: 'ingresses',
    kind: 'Ingress',
    namespaced: true,
    row: ingressRow,
  },
  { ...core, resource: 'persistentvolumes', kind: 'PersistentVolume', namespaced: false, row: persistentVolumeRow },
  {
    ...core,
    resource: 'persistentvolumeclaims',
    kind: 'PersistentVolumeClaim',
    namespaced: true,
    row: persistentVolumeClaimRow,
  },
  {
    group: 'storage.k8s.io',
    version: 'v1',
    resource: 'storageclasses',
    kind: 'StorageClass',
    namespaced: false,
    row: storageClassRow,
  },
  {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    resource: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    namespaced: false,
    row: crdRow,
    pageSize: CRD_PAGE,
  },
  { ...core, resource: 'resourcequotas', kind: 'ResourceQuota', namespaced: true, row: resourceQuotaRow },
]

/** Events: read like a kind, kept apart as they outlive their objects. */
export const eventResource: Resource = { ...core, resource: 'events', kind: 'Event', namespaced: true }
