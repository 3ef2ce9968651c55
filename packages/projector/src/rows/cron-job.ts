import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { rowOf } from './base.ts'
import { imagesOf, type PodSpecPart } from './pod-spec.ts'

interface CronJobObject extends KubeObject {
  spec?: {
    schedule?: string
    timeZone?: string
    suspend?: boolean
    jobTemplate?: { spec?: { template?: { spec?: PodSpecPart } } }
  }
  status?: { active?: unknown[]; lastScheduleTime?: string; lastSuccessfulTime?: string }
}

/** CronJob: `Scheduled`, or `Suspended` where no further job will start. It has no replicas, so `ready` and `desired` both count its running jobs. */
export function cronJobRow(object: KubeObject): InventoryRow {
  const cron: CronJobObject = object
  const active = cron.status?.active?.length ?? 0
  return rowOf('CronJob', 'batch/v1', cron, {
    status: cron.spec?.suspend === true ? 'Suspended' : 'Scheduled',
    images: imagesOf(cron.spec?.jobTemplate?.spec?.template?.spec),
    data: {
      ready: active,
      desired: active,
      schedule: cron.spec?.schedule ?? '',
      timeZone: cron.spec?.timeZone ?? null,
      lastScheduleAt: cron.status?.lastScheduleTime ?? null,
      lastSuccessAt: cron.status?.lastSuccessfulTime ?? null,
    },
  })
}
