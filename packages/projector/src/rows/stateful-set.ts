import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { isBehind, type WorkloadObject, workloadRow } from './workload.ts'

interface StatefulSetObject extends WorkloadObject {
  spec?: WorkloadObject['spec'] & {
    replicas?: number
    serviceName?: string
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
  }
  status?: WorkloadObject['status'] & {
    replicas?: number
    readyReplicas?: number
    updatedReplicas?: number
  }
}

/**
 * Available: every replica is ready, and those above the partition are of the
 * newest revision. Progressing: replicas are being made or replaced. Degraded:
 * all are there, but some are not ready.
 */
function statefulSetStatus(set: StatefulSetObject, desired: number): string {
  const { replicas = 0, readyReplicas = 0, updatedReplicas = 0 } = set.status ?? {}
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {}
  // With OnDelete nothing is replaced until someone deletes a pod, so old ones are no work under way.
  const toUpdate = type === 'OnDelete' ? 0 : desired - (rollingUpdate?.partition ?? 0)
  if (isBehind(set) || replicas !== desired || updatedReplicas < toUpdate) return 'Progressing'
  return readyReplicas >= desired ? 'Available' : 'Degraded'
}

/** StatefulSet. */
export function statefulSetRow(object: KubeObject): InventoryRow {
  const set: StatefulSetObject = object as StatefulSetObject
  const desired = set.spec?.replicas ?? 1
  return workloadRow('StatefulSet', 'apps/v1', set, {
    status: statefulSetStatus(set, desired),
    ready: set.status?.readyReplicas ?? 0,
    desired,
    more: { updated: set.status?.updatedReplicas ?? 0, service: set.spec?.serviceName ?? null },
  })
}
