import type { InventoryKind, InventoryObject } from '@moorage/contract/inventory.ts'
import { countObjects, type ObjectRow, pageOfObjects } from '../store/inventory-pages.ts'
import type { PageQuery, QueriedCluster, QueryDeps } from './deps.ts'
import { cutPage, readPageToken } from './paging.ts'
import { objectOf } from './shapes.ts'

/** Objects of one cluster, by kind, namespace and name. */
export async function listObjects(
  { store, now }: QueryDeps,
  cluster: QueriedCluster,
  query: PageQuery & { kind?: InventoryKind | undefined; namespace?: string | undefined },
): Promise<{ items: InventoryObject[]; next: string | null; total: number }> {
  const filter = {
    kinds: query.kind === undefined ? undefined : [query.kind],
    namespace: query.namespace,
    limits: query.limits,
  }
  const [rows, total] = await Promise.all([
    pageOfObjects(store.db, cluster.id, filter, objectKey(query.continue), query.limit + 1),
    countObjects(store.db, cluster.id, filter),
  ])
  const { page, next } = cutPage(rows, query.limit, objectParts)
  return { items: page.map(row => objectOf(row, cluster.name, now())), next, total }
}

/** The parts of a token that leads on after this object. */
export const objectParts = (row: ObjectRow) => [row.kind, row.namespace, row.name]

/** Reads such a token. */
export function objectKey(token: string | undefined) {
  const parts = readPageToken(token, 3)
  return parts === null ? null : { kind: parts[0]!, namespace: parts[1]!, name: parts[2]! }
}
