import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { type ConditionPart, holds } from './base.ts'
import { type WorkloadObject, workloadRow } from './workload.ts'

interface JobObject extends WorkloadObject {
  spec?: WorkloadObject['spec'] & { completions?: number; parallelism?: number; suspend?: boolean }
  status?: WorkloadObject['status'] & {
    active?: number
    succeeded?: number
    failed?: number
    startTime?: string
    completionTime?: string
    conditions?: ConditionPart[]
  }
}

/** kubectl's words, in its order. */
function jobStatus(job: JobObject): string {
  const conditions = job.status?.conditions
  if (holds(conditions, 'Complete')) return 'Complete'
  if (holds(conditions, 'Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating'
  if (holds(conditions, 'Suspended')) return 'Suspended'
  if (holds(conditions, 'FailureTarget')) return 'FailureTarget'
  if (holds(conditions, 'SuccessCriteriaMet')) return 'SuccessCriteriaMet'
  return 'Running'
}

/** Job: `ready` of `desired` completions. Without a number of completions one success is enough. */
export function jobRow(object: KubeObject): InventoryRow {
  const job: JobObject = object as JobObject
  return workloadRow('Job', 'batch/v1', job, {
    status: jobStatus(job),
    ready: job.status?.succeeded ?? 0,
    desired: job.spec?.completions ?? 1,
    more: {
      active: job.status?.active ?? 0,
      failed: job.status?.failed ?? 0,
      parallelism: job.spec?.parallelism ?? 1,
      startedAt: job.status?.startTime ?? null,
      completedAt: job.status?.completionTime ?? null,
    },
  })
}
