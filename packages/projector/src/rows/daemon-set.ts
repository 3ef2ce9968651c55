import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { isBehind, type WorkloadObject, workloadRow } from './workload.ts'

interface DaemonSetObject extends WorkloadObject {
  status?: WorkloadObject['status'] & {
    desiredNumberScheduled?: number
    currentNumberScheduled?: number
    numberReady?: number
    updatedNumberScheduled?: number
    numberAvailable?: number
    numberMisscheduled?: number
  }
}

/** Available: updated and ready on every node it should be on. Progressing: still being placed or replaced. Degraded: placed, but not ready everywhere. */
function daemonSetStatus(set: DaemonSetObject, desired: number): string {
  const { currentNumberScheduled = 0, updatedNumberScheduled = 0, numberReady = 0 } = set.status ?? {}
  if (isBehind(set) || currentNumberScheduled < desired || updatedNumberScheduled < desired) return 'Progressing'
  return numberReady >= desired ? 'Available' : 'Degraded'
}

/** DaemonSet. */
export function daemonSetRow(object: KubeObject): InventoryRow {
  const set: DaemonSetObject = object as DaemonSetObject
  const desired = set.status?.desiredNumberScheduled ?? 0
  return workloadRow('DaemonSet', 'apps/v1', set, {
    status: daemonSetStatus(set, desired),
    ready: set.status?.numberReady ?? 0,
    desired,
    more: {
      updated: set.status?.updatedNumberScheduled ?? 0,
      available: set.status?.numberAvailable ?? 0,
      misscheduled: set.status?.numberMisscheduled ?? 0,
    },
  })
}
