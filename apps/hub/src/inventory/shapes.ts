import type { InventoryKind, InventoryObject } from '@moorage/contract/inventory.ts'
import type { ObjectRow } from '../store/inventory-pages.ts'

/** When the row was last known to be the truth; while its first list still runs, that is now. */
export const lastSeenOf = ({ synced_at }: ObjectRow, now: Date): string => (synced_at ?? now).toISOString()

/** An object as the contract shows it. */
export const objectOf = (row: ObjectRow, cluster: string, now: Date): InventoryObject => ({
  cluster,
  kind: row.kind as InventoryKind,
  apiVersion: row.api_version,
  namespace: row.namespace === '' ? null : row.namespace,
  name: row.name,
  uid: row.uid,
  status: row.status,
  node: row.node,
  images: row.images,
  labels: row.labels,
  owner: row.owner,
  data: row.data,
  createdAt: row.created_at.toISOString(),
  lastSeen: lastSeenOf(row, now),
})
