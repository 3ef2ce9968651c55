import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { rowOf } from './base.ts'
import { imagesOf, requestsOf } from './pod-spec.ts'
import { hasEnded, type PodObject, podStatus } from './pod-status.ts'

/** Pod. `requests` is null once the pod has ended, as it then holds nothing on its node. */
export function podRow(object: KubeObject): InventoryRow {
  const pod: PodObject = object
  const { status, ready, total, restarts } = podStatus(pod)
  return rowOf('Pod', 'v1', pod, {
    status,
    node: pod.spec?.nodeName ?? null,
    images: imagesOf(pod.spec),
    data: {
      ready: `${ready}/${total}`,
      restarts,
      phase: pod.status?.phase ?? '',
      ip: pod.status?.podIP ?? null,
      qos: pod.status?.qosClass ?? null,
      requests: hasEnded(pod.status?.phase) ? null : requestsOf(pod.spec),
    },
  })
}
