import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'
import { type RowLimits, withinLimits } from './visible-rows.ts'

type Db = Kysely<Database>

/** One object as lists and search read it. */
export interface ObjectRow {
  cluster_id: string
  kind: string
  namespace: string
  name: string
  uid: string
  api_version: string
  status: string
  node: string | null
  images: string[]
  labels: Record<string, string>
  owner: { kind: string; name: string } | null
  data: Record<string, unknown>
  created_at: Date
  /** When the row was last known to be the truth. */
  synced_at: Date | null
}

/** Where a page ends, and the next one starts. */
export interface ObjectKey {
  kind: string
  namespace: string
  name: string
}

/** The columns of an {@link ObjectRow}, from `inventory i` and `inventory_sync s`. */
export const objectColumns = sql`
  i.cluster_id, i.kind, i.namespace, i.name, i.uid, i.api_version, i.status, i.node, i.images, i.labels, i.owner,
  i.data, i.created_at, s.synced_at`

/** Rows are as fresh as their kind: a watch that goes on confirms also what does not change. */
export const withSync = sql`left join inventory_sync s on s.cluster_id = i.cluster_id and s.kind = i.kind`

export interface ObjectFilter {
  kinds?: readonly string[] | undefined
  namespace?: string | undefined
  /** What the asker may see; left out: everything. */
  limits?: RowLimits | undefined
}

const limited = ({ limits }: ObjectFilter) => (limits && withinLimits(sql`i.namespace`, limits)) ?? null

const matching = (clusterId: string, filter: ObjectFilter) => {
  const { kinds, namespace } = filter
  const within = limited(filter)
  return sql.join(
    [
      sql`i.cluster_id = ${clusterId}`,
      // One kind is written as an equation, so that the index also gives the order.
      ...(kinds === undefined
        ? []
        : [kinds.length === 1 ? sql`i.kind = ${kinds[0]}` : sql`i.kind in (${sql.join(kinds)})`]),
      ...(namespace === undefined ? [] : [sql`i.namespace = ${namespace}`]),
      ...(within === null ? [] : [within]),
    ],
    sql` and `,
  )
}

/** Objects of one cluster by kind, namespace and name, after the last one of the page before. */
export async function pageOfObjects(
  db: Db,
  clusterId: string,
  filter: ObjectFilter,
  after: ObjectKey | null,
  limit: number,
): Promise<ObjectRow[]> {
  const start =
    after === null ? sql`true` : sql`(i.kind, i.namespace, i.name) > (${after.kind}, ${after.namespace}, ${after.name})`
  const { rows } = await sql<ObjectRow>`
    select ${objectColumns} from inventory i ${withSync}
    where ${matching(clusterId, filter)} and ${start}
    order by i.kind, i.namespace, i.name limit ${limit}`.execute(db)
  return rows
}

/** How many objects match. Where it is not about namespaces it is known already. */
export async function countObjects(db: Db, clusterId: string, filter: ObjectFilter): Promise<number> {
  const { rows } =
    filter.namespace === undefined && limited(filter) === null
      ? await sql<{ count: number }>`
          select coalesce(sum(count), 0) as count from inventory_sync i
          where ${matching(clusterId, filter)}`.execute(db)
      : await sql<{ count: number }>`
          select count(*) as count from inventory i where ${matching(clusterId, filter)}`.execute(db)
  return rows[0]!.count
}

/** What pods that have not ended hold on these nodes. Nodes without such pods are not in the answer. */
export async function requestedOnNodes(db: Db, clusterId: string, nodes: readonly string[]) {
  if (nodes.length === 0) return []
  const { rows } = await sql<{ node: string; cpuMilli: number; memoryBytes: number; pods: number }>`
    select node, sum(cpu_milli) as "cpuMilli", sum(memory_bytes) as "memoryBytes", count(*) as pods
    from inventory
    where cluster_id = ${clusterId} and node in (${sql.join(nodes)}) and cpu_milli is not null
    group by node`.execute(db)
  return rows
}
