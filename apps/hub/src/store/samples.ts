import { type Kysely, sql } from 'kysely'
import { holdCluster } from './clusters.ts'
import { storableJson } from './records.ts'
import type { Database } from './tables.ts'

type Db = Kysely<Database>

/** Seconds from one sample to the next. */
export const FINE_STEP = 15
/** Seconds that one point of the long history stands for. */
export const COARSE_STEP = 300

/** CPU in millicores and memory in bytes of one node at one moment. */
export interface NodeReading {
  name: string
  cpuMilli: number
  memoryBytes: number
}

/**
 * Stores one reading of all nodes: the newest of each, the cluster's sum in
 * the short history, and its average so far in the long one. Reading it twice
 * changes nothing. False where the cluster was forgotten: then nothing is stored.
 */
export async function recordReadings(
  db: Kysely<Database>,
  clusterId: string,
  at: Date,
  nodes: readonly NodeReading[],
): Promise<boolean> {
  const fine = floorTo(at, FINE_STEP)
  const coarse = floorTo(at, COARSE_STEP)
  const coarseEnd = new Date(coarse.getTime() + COARSE_STEP * 1000)
  return db.transaction().execute(async trx => {
    if (!(await holdCluster(trx, clusterId))) return false
    await sql`
      with reading as (
        select * from jsonb_to_recordset(${storableJson(nodes)}::jsonb) as r (name text, "cpuMilli" float8, "memoryBytes" float8)
      ), gone as (
        delete from node_usage u where u.cluster_id = ${clusterId}
          and not exists (select from reading where reading.name = u.node)
      )
      insert into node_usage (cluster_id, node, at, cpu_milli, memory_bytes)
      select ${clusterId}, name, ${at}, "cpuMilli", "memoryBytes" from reading
      on conflict (cluster_id, node) do update set
        at = excluded.at, cpu_milli = excluded.cpu_milli, memory_bytes = excluded.memory_bytes`.execute(trx)
    await sql`
      insert into samples (cluster_id, step, at, cpu_milli, memory_bytes)
      values (${clusterId}, ${FINE_STEP}, ${fine}, ${sum(nodes, 'cpuMilli')}, ${sum(nodes, 'memoryBytes')})
      on conflict do nothing`.execute(trx)
    await sql`
      insert into samples (cluster_id, step, at, cpu_milli, memory_bytes)
      select ${clusterId}, ${COARSE_STEP}::integer, ${coarse}::timestamptz, avg(cpu_milli), avg(memory_bytes) from samples
      where cluster_id = ${clusterId} and step = ${FINE_STEP} and at >= ${coarse} and at < ${coarseEnd}
      on conflict (cluster_id, step, at) do update set
        cpu_milli = excluded.cpu_milli, memory_bytes = excluded.memory_bytes`.execute(trx)
    return true
  })
}

const floorTo = (at: Date, seconds: number) => new Date(Math.floor(at.getTime() / (seconds * 1000)) * seconds * 1000)

const sum = (nodes: readonly NodeReading[], of: 'cpuMilli' | 'memoryBytes') =>
  nodes.reduce((total, node) => total + node[of], 0)

/** The cluster's history from `since` on: [Unix seconds, millicores, bytes]. */
export async function readSamples(
  db: Db,
  clusterId: string,
  step: number,
  since: Date,
): Promise<[number, number, number][]> {
  const rows = await db
    .selectFrom('samples')
    .select(['at', 'cpu_milli', 'memory_bytes'])
    .where('cluster_id', '=', clusterId)
    .where('step', '=', step)
    .where('at', '>=', since)
    .orderBy('at')
    .execute()
  return rows.map(row => [Math.floor(row.at.getTime() / 1000), row.cpu_milli, row.memory_bytes])
}

/** The newest reading of each node, of these nodes where some are named. */
export async function readUsage(db: Db, clusterId: string, nodes?: readonly string[]) {
  return await db
    .selectFrom('node_usage')
    .select(['node', 'at', 'cpu_milli', 'memory_bytes'])
    .where('cluster_id', '=', clusterId)
    .$if(nodes !== undefined, query => query.where('node', 'in', nodes?.length ? [...nodes] : ['']))
    .orderBy('node')
    .execute()
}

/** Forgets samples of one step from before `before`. */
export async function sweepSamples(db: Db, step: number, before: Date): Promise<void> {
  await db.deleteFrom('samples').where('step', '=', step).where('at', '<', before).execute()
}
