import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { rowOf } from './base.ts'
import { imagesOf, type PodSpecPart } from './pod-spec.ts'

/** What every workload carries: a template for pods. */
export interface WorkloadObject extends KubeObject {
  metadata: KubeObject['metadata'] & { generation?: number }
  spec?: { template?: { spec?: PodSpecPart } }
  status?: { observedGeneration?: number }
}

/** `ready` of `desired` pods (for jobs: completions), and whatever else the kind shows. */
export interface WorkloadParts {
  status: string
  ready: number
  desired: number
  more?: Record<string, unknown>
}

/** Has the controller not yet looked at the newest spec? Then its status speaks of an older one. */
export const isBehind = (object: WorkloadObject) =>
  (object.status?.observedGeneration ?? 0) < (object.metadata.generation ?? 0)

/** The row of a workload. */
export const workloadRow = (
  kind: string,
  apiVersion: string,
  object: WorkloadObject,
  parts: WorkloadParts,
): InventoryRow =>
  rowOf(kind, apiVersion, object, {
    status: parts.status,
    images: imagesOf(object.spec?.template?.spec),
    data: { ready: parts.ready, desired: parts.desired, ...parts.more },
  })
