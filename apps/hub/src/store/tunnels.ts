import type { AgentInfo } from '@moorage/contract/cluster.ts'
import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/** The connections of one agent process to one replica. */
export interface TunnelRow {
  clusterId: string
  agent: string
  address: string | null
  since: Date
  idle: number
  busy: number
}

const alive = sql<boolean>`replicas.expires_at > now()`

/** Rows of one statement: seven parameters each, of which PostgreSQL takes 65,535. */
const AT_ONCE = 1_000

/** Stores which agents a replica holds, or how busy they are now. */
export async function keepTunnels(db: Kysely<Database>, replica: string, tunnels: readonly TunnelRow[]): Promise<void> {
  for (let start = 0; start < tunnels.length; start += AT_ONCE) {
    const rows = tunnels
      .slice(start, start + AT_ONCE)
      .map(({ clusterId, ...rest }) => ({ cluster_id: clusterId, replica, ...rest }))
    await db
      .insertInto('tunnels')
      .values(rows)
      .onConflict(conflict =>
        conflict.columns(['cluster_id', 'agent', 'replica']).doUpdateSet(set => ({
          address: set.ref('excluded.address'),
          since: set.ref('excluded.since'),
          idle: set.ref('excluded.idle'),
          busy: set.ref('excluded.busy'),
        })),
      )
      .execute()
  }
}

/** Notes that a replica no longer holds these agents. */
export async function dropTunnels(
  db: Kysely<Database>,
  replica: string,
  tunnels: readonly Pick<TunnelRow, 'clusterId' | 'agent'>[],
): Promise<void> {
  if (tunnels.length === 0) return
  const [clusterIds, agents] = [tunnels.map(({ clusterId }) => clusterId), tunnels.map(({ agent }) => agent)]
  await sql`delete from tunnels using unnest(${clusterIds}::text[], ${agents}::text[]) gone (cluster_id, agent)
    where tunnels.cluster_id = gone.cluster_id and tunnels.agent = gone.agent and tunnels.replica = ${replica}`.execute(
    db,
  )
}

/** The replicas that hold tunnels of a cluster, those with the most idle connections first. */
export async function replicasOf(db: Kysely<Database>, clusterId: string): Promise<{ id: string; url: string }[]> {
  return (
    db
      .selectFrom('tunnels')
      .innerJoin('replicas', 'replicas.id', 'tunnels.replica')
      .select(['replicas.id', 'replicas.url'])
      .where('tunnels.cluster_id', '=', clusterId)
      .where(alive)
      // One that nobody can dial.
      .where('replicas.url', '<>', '')
      .groupBy(['replicas.id', 'replicas.url'])
      .orderBy(sum => sum.fn.sum('tunnels.idle'), 'desc')
      .execute()
  )
}

/** Those of these clusters whose agents are connected to another replica too; null where there is no other one. */
export async function heldElsewhere(
  db: Kysely<Database>,
  replica: string,
  clusterIds: readonly string[],
): Promise<Set<string> | null> {
  const { rows } = await sql<{ others: boolean; held: string[] }>`
    select exists (select from replicas where id <> ${replica} and ${alive}) as others,
      array(select distinct cluster_id from tunnels join replicas on replicas.id = tunnels.replica
        where tunnels.replica <> ${replica} and ${alive} and cluster_id = any (${clusterIds}::text[])) as held`.execute(
    db,
  )
  const [{ others, held } = { others: false, held: [] }] = rows
  return others ? new Set(held) : null
}

/** The agents of these clusters that are connected now, by cluster. */
export async function connectionsOf(
  db: Kysely<Database>,
  clusterIds: readonly string[],
): Promise<Map<string, AgentInfo['connections']>> {
  const found = new Map<string, AgentInfo['connections']>()
  if (clusterIds.length === 0) return found
  const rows = await db
    .selectFrom('tunnels')
    .innerJoin('replicas', 'replicas.id', 'tunnels.replica')
    .select(['tunnels.cluster_id', 'tunnels.agent', 'tunnels.replica', 'tunnels.since', 'tunnels.idle', 'tunnels.busy'])
    .where('tunnels.cluster_id', 'in', clusterIds)
    .where(alive)
    .orderBy('tunnels.agent')
    .orderBy('tunnels.replica')
    .execute()
  for (const { cluster_id, since, ...rest } of rows) {
    const known = found.get(cluster_id) ?? []
    known.push({ ...rest, since: since.toISOString() })
    found.set(cluster_id, known)
  }
  return found
}
