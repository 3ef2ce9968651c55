import type { Mode } from '@moorage/contract/cluster.ts'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { AgentsTable, ClusterRow, Database, StoredAgentOptions } from './tables.ts'

/** What is known of the agent of one cluster. */
export type AgentRow = Selectable<AgentsTable>

/** Keeps what was asked for of a cluster's agent. A key that is known stays. */
export async function putAgent(
  db: Kysely<Database>,
  clusterId: string,
  { options, provider, wantedMode }: { options: StoredAgentOptions; provider: string; wantedMode: Mode },
): Promise<void> {
  const columns = { options: JSON.stringify(options), provider, wanted_mode: wantedMode }
  await db
    .insertInto('agents')
    .values({ cluster_id: clusterId, ...columns })
    .onConflict(conflict => conflict.column('cluster_id').doUpdateSet(columns))
    .execute()
}

export function findAgent(db: Kysely<Database>, clusterId: string): Promise<AgentRow | undefined> {
  return db.selectFrom('agents').selectAll().where('cluster_id', '=', clusterId).executeTakeFirst()
}

/** An agent with the cluster that it belongs to. */
export interface KnownAgent {
  clusterId: string
  name: string
  uid: string | null
  connection: 'agent' | 'direct' | 'cloud'
  keyId: string
  publicKey: Record<string, string>
}

/** The agent whose key has this thumbprint. */
export async function findAgentByKey(db: Kysely<Database>, keyId: string): Promise<KnownAgent | undefined> {
  const row = await db
    .selectFrom('agents')
    .innerJoin('clusters', 'clusters.id', 'agents.cluster_id')
    .select(['clusters.id', 'clusters.name', 'clusters.uid', 'clusters.connection', 'agents.public_key'])
    .where('agents.key_id', '=', keyId)
    .executeTakeFirst()
  if (row === undefined || row.public_key === null) return undefined
  const { id, name, uid, connection, public_key } = row
  return { clusterId: id, name, uid, connection, keyId, publicKey: public_key }
}

/** The keys of these clusters' agents, also of one that is being sent away: it takes itself out over its tunnels. */
export async function keysOfAgents(db: Kysely<Database>, clusterIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('agents')
    .select(['cluster_id', 'key_id'])
    .where(sql<boolean>`cluster_id = any(${clusterIds}::text[])`)
    .execute()
  return new Map(rows.flatMap(({ cluster_id, key_id }) => (key_id === null ? [] : [[cluster_id, key_id]])))
}

/** Agents whose options hold something sealed. */
export function listSealedOptions(
  db: Kysely<Database>,
): Promise<{ cluster_id: string; options: StoredAgentOptions }[]> {
  return db
    .selectFrom('agents')
    .select(['cluster_id', 'options'])
    .where(sql<boolean>`options -> 'sealedProxy' is not null`)
    .execute()
}

/** Keeps the same options under newer seals. */
export async function replaceOptions(
  db: Kysely<Database>,
  clusterId: string,
  options: StoredAgentOptions,
): Promise<void> {
  await db
    .updateTable('agents')
    .set({ options: JSON.stringify(options) })
    .where('cluster_id', '=', clusterId)
    .execute()
}

/** A cluster whose agent has joined, as far as agents are looked after together. */
export interface JoinedAgent {
  id: string
  name: string
  mode: ClusterRow['mode']
  version: string | null
  provider: string
  options: StoredAgentOptions
}

/** Clusters whose agents have joined, by name: all, or those of these names. */
export function listJoinedAgents(db: Kysely<Database>, names: readonly string[] | undefined): Promise<JoinedAgent[]> {
  let found = db
    .selectFrom('clusters')
    .innerJoin('agents', 'agents.cluster_id', 'clusters.id')
    .select(['clusters.id', 'clusters.name', 'clusters.mode', 'agents.version', 'agents.provider', 'agents.options'])
    .where('clusters.connection', '=', 'agent')
    .where('agents.key_id', 'is not', null)
    .orderBy('clusters.name')
  if (names !== undefined) found = found.where(sql<boolean>`clusters.name = any(${names}::text[])`)
  return found.execute()
}

/** Binds a cluster's agent to its key. Fails with a unique violation where another cluster's agent has it. */
export async function registerAgent(
  db: Kysely<Database>,
  clusterId: string,
  found: { keyId: string; publicKey: Record<string, string>; version: string; mode: Mode },
  now: Date,
): Promise<void> {
  await db
    .updateTable('agents')
    .set({
      key_id: found.keyId,
      public_key: JSON.stringify(found.publicKey),
      registered_at: now,
      version: found.version,
      mode: found.mode,
    })
    .where('cluster_id', '=', clusterId)
    .execute()
}

/** Notes what an agent says of itself. True where something differs from what was known. */
export async function noteAgent(
  db: Kysely<Database>,
  clusterId: string,
  said: { version: string; mode: Mode; proxied: boolean },
): Promise<boolean> {
  const changed = await db
    .updateTable('agents')
    .set(said)
    .where('cluster_id', '=', clusterId)
    .where(where =>
      where.or([
        where('version', 'is distinct from', said.version),
        where('mode', 'is distinct from', said.mode),
        where('proxied', '<>', said.proxied),
      ]),
    )
    .returning('cluster_id')
    .executeTakeFirst()
  return changed !== undefined
}

/** Forgets an agent: its key opens nothing any more. */
export async function dropAgent(db: Kysely<Database>, clusterId: string): Promise<void> {
  await db.deleteFrom('agents').where('cluster_id', '=', clusterId).execute()
}
