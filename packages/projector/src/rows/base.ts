import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'

/** What differs from kind to kind. */
export interface RowParts {
  status?: string
  node?: string | null
  images?: string[]
  data?: Record<string, unknown>
}

/**
 * The row of one object. Annotations never enter it: kubectl's
 * last-applied-configuration repeats whole specs, environment included.
 */
export function rowOf(kind: string, apiVersion: string, object: KubeObject, parts: RowParts): InventoryRow {
  const { metadata } = object
  const owner = metadata.ownerReferences?.find(reference => reference.controller === true)
  return {
    kind,
    apiVersion,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    status: parts.status ?? '',
    node: parts.node ?? null,
    images: parts.images ?? [],
    labels: metadata.labels ?? {},
    owner: owner === undefined ? null : { kind: owner.kind, name: owner.name },
    data: parts.data ?? {},
    createdAt: metadata.creationTimestamp,
  }
}

/** The part of a condition that rows look at. */
export interface ConditionPart {
  type: string
  status: string
  reason?: string
}

/** The condition of this type, where the object has one. */
export const conditionOf = (conditions: readonly ConditionPart[] | undefined, type: string) =>
  conditions?.find(condition => condition.type === type)

/** True where the object has the condition and its status is True. */
export const holds = (conditions: readonly ConditionPart[] | undefined, type: string) =>
  conditionOf(conditions, type)?.status === 'True'
