import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { type ConditionPart, holds } from './base.ts'
import { isBehind, type WorkloadObject, workloadRow } from './workload.ts'

interface ReplicaSetObject extends WorkloadObject {
  spec?: WorkloadObject['spec'] & { replicas?: number }
  status?: WorkloadObject['status'] & { replicas?: number; readyReplicas?: number; conditions?: ConditionPart[] }
}

/** Available: every replica is ready. Progressing: replicas are being made or removed, or are not ready yet. Degraded: they can't be made. */
function replicaSetStatus(set: ReplicaSetObject, desired: number): string {
  const { replicas = 0, readyReplicas = 0, conditions } = set.status ?? {}
  if (holds(conditions, 'ReplicaFailure')) return 'Degraded'
  return !isBehind(set) && replicas === desired && readyReplicas === desired ? 'Available' : 'Progressing'
}

/** ReplicaSet. */
export function replicaSetRow(object: KubeObject): InventoryRow {
  const set: ReplicaSetObject = object as ReplicaSetObject
  const desired = set.spec?.replicas ?? 1
  return workloadRow('ReplicaSet', 'apps/v1', set, {
    status: replicaSetStatus(set, desired),
    ready: set.status?.readyReplicas ?? 0,
    desired,
    more: { current: set.status?.replicas ?? 0 },
  })
}
