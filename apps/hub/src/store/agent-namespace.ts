import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/** An agent's namespace, as the inventory has it. */
export interface AgentNamespace {
  createdAt: Date | null
  /** Of the agent's Deployment in it. */
  agentCreatedAt: Date | null
  /** Objects in it that do not carry the label. */
  foreign: { kind: string; namespace: string; name: string }[]
}

/** Names that a sentence has room for, and one to tell that there are more. */
const FOREIGN = 4

/** What was last seen of the namespace that a cluster's agent is in, with what does not carry the hub's label. */
export async function readAgentNamespace(
  db: Kysely<Database>,
  clusterId: string,
  {
    namespace,
    agent,
    label: { key, value },
  }: { namespace: string; agent: string; label: { key: string; value: string } },
): Promise<AgentNamespace> {
  const made = async (kind: string, at: string, name: string) => {
    const { rows } = await sql<{ created_at: Date }>`
      select created_at from inventory
      where cluster_id = ${clusterId} and kind = ${kind} and namespace = ${at} and name = ${name}`.execute(db)
    return rows[0]?.created_at ?? null
  }
  const { rows: foreign } = await sql<AgentNamespace['foreign'][number]>`
    select kind, namespace, name from inventory
    where cluster_id = ${clusterId} and namespace = ${namespace}
      and labels->>${key} is distinct from ${value}
    order by kind, name limit ${FOREIGN}`.execute(db)
  return {
    createdAt: await made('Namespace', '', namespace),
    agentCreatedAt: await made('Deployment', namespace, agent),
    foreign,
  }
}
