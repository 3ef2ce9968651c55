import type { KubeObject } from '@moorage/kube/resource.ts'
import type { InventoryRow } from '../batch.ts'
import { rowOf } from './base.ts'

interface NamespaceObject extends KubeObject {
  status?: { phase?: string }
}

/** Namespace: `Active` or `Terminating`. */
export function namespaceRow(object: KubeObject): InventoryRow {
  const namespace: NamespaceObject = object
  return rowOf('Namespace', 'v1', namespace, { status: namespace.status?.phase ?? '' })
}
