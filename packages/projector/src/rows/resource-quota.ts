import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { rowOf } from './base.ts'

interface QuotaObject extends KubeObject {
  spec?: { hard?: Record<string, string> }
  status?: { hard?: Record<string, string>; used?: Record<string, string> }
}

/** ResourceQuota: the limits and what is used of them, as quantities. */
export function resourceQuotaRow(object: KubeObject): InventoryRow {
  const quota: QuotaObject = object
  return rowOf('ResourceQuota', 'v1', quota, {
    data: { hard: quota.status?.hard ?? quota.spec?.hard ?? {}, used: quota.status?.used ?? {} },
  })
}
