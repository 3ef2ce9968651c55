import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

type Db = Kysely<Database>

/** Sums over a cluster's nodes. */
export interface NodeSums {
  nodes: number
  ready: number
  capacityCpu: number
  capacityMemory: number
  capacityPods: number
  allocatableCpu: number
  allocatableMemory: number
  allocatablePods: number
}

export async function sumNodes(db: Db, clusterId: string): Promise<NodeSums> {
  const part = (of: 'capacity' | 'allocatable', field: string) =>
    sql`coalesce(sum((data -> ${sql.lit(of)} ->> ${sql.lit(field)})::double precision), 0)`
  const { rows } = await sql<NodeSums>`
    select count(*) as nodes, count(*) filter (where status like 'Ready%') as ready,
      ${part('capacity', 'cpuMilli')} as "capacityCpu", ${part('capacity', 'memoryBytes')} as "capacityMemory",
      ${part('capacity', 'pods')} as "capacityPods", ${part('allocatable', 'cpuMilli')} as "allocatableCpu",
      ${part('allocatable', 'memoryBytes')} as "allocatableMemory", ${part('allocatable', 'pods')} as "allocatablePods"
    from inventory where cluster_id = ${clusterId} and kind = 'Node'`.execute(db)
  return rows[0]!
}

/** What all pods that have not ended hold, and how many they are. Pods without a node count: they wait for one. */
export async function sumRequests(db: Db, clusterId: string) {
  const { rows } = await sql<{ cpuMilli: number; memoryBytes: number; pods: number }>`
    select coalesce(sum(cpu_milli), 0) as "cpuMilli", coalesce(sum(memory_bytes), 0) as "memoryBytes",
      count(cpu_milli) as pods
    from inventory where cluster_id = ${clusterId} and kind = 'Pod'`.execute(db)
  return rows[0]!
}

/** What all nodes used at their newest reading; null where there is none since `since`. */
export async function sumUsage(db: Db, clusterId: string, since: Date) {
  const { rows } = await sql<{ cpuMilli: number | null; memoryBytes: number | null }>`
    select sum(cpu_milli) as "cpuMilli", sum(memory_bytes) as "memoryBytes"
    from node_usage where cluster_id = ${clusterId} and at >= ${since}`.execute(db)
  const { cpuMilli, memoryBytes } = rows[0]!
  return cpuMilli === null || memoryBytes === null ? null : { cpuMilli, memoryBytes }
}

/** What detection looks at of every node. */
export async function readNodeRows(db: Db, clusterId: string) {
  const { rows } = await sql<{ name: string; labels: Record<string, string>; data: Record<string, unknown> }>`
    select name, labels,
      jsonb_build_object('telltales', data -> 'telltales', 'providerId', data -> 'providerId',
        'kubelet', data -> 'kubelet', 'os', data -> 'os') as data
    from inventory where cluster_id = ${clusterId} and kind = 'Node' order by name`.execute(db)
  return rows
}
