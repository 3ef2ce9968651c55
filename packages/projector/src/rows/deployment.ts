import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { type ConditionPart, conditionOf, holds } from './base.ts'
import { isBehind, type WorkloadObject, workloadRow } from './workload.ts'

interface DeploymentObject extends WorkloadObject {
  spec?: WorkloadObject['spec'] & { replicas?: number; paused?: boolean; strategy?: { type?: string } }
  status?: WorkloadObject['status'] & {
    replicas?: number
    readyReplicas?: number
    updatedReplicas?: number
    availableReplicas?: number
    conditions?: ConditionPart[]
  }
}

/**
 * Available: all replicas are there, updated and available. Progressing: on
 * the way there. Degraded: the roll-out gave up, replicas can't be made, or
 * some were lost after it was done. Paused: not there, and told to wait.
 */
function deploymentStatus(deployment: DeploymentObject, desired: number): string {
  const { status = {} } = deployment
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, conditions } = status
  if (holds(conditions, 'ReplicaFailure') || conditionOf(conditions, 'Progressing')?.status === 'False')
    return 'Degraded'
  const settled =
    !isBehind(deployment) && updatedReplicas === desired && replicas === desired && availableReplicas === desired
  if (settled) return 'Available'
  if (deployment.spec?.paused === true) return 'Paused'
  const done = conditionOf(conditions, 'Progressing')?.reason === 'NewReplicaSetAvailable'
  const lostSome = done && !isBehind(deployment) && updatedReplicas === desired && replicas === desired
  return lostSome ? 'Degraded' : 'Progressing'
}

/** Deployment. */
export function deploymentRow(object: KubeObject): InventoryRow {
  const deployment: DeploymentObject = object as DeploymentObject
  const desired = deployment.spec?.replicas ?? 1
  return workloadRow('Deployment', 'apps/v1', deployment, {
    status: deploymentStatus(deployment, desired),
    ready: deployment.status?.readyReplicas ?? 0,
    desired,
    more: {
      updated: deployment.status?.updatedReplicas ?? 0,
      available: deployment.status?.availableReplicas ?? 0,
      strategy: deployment.spec?.strategy?.type ?? null,
    },
  })
}
