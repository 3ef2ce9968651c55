import type { AgentProxy } from '@moorage/contract/agent-proxy.ts'
import type { Condition, CredentialInfo, Phase } from '@moorage/contract/cluster.ts'
import type { Selector } from '@moorage/contract/selector.ts'
import { type ExpressionBuilder, type Kysely, type SqlBool, sql, type Transaction } from 'kysely'
import type { ClusterRow, Database, NewCluster } from './tables.ts'

/** A cluster with what is known of its credential and its agent. */
export type ClusterWithCredential = ClusterRow & { credential: CredentialInfo | null; agent: AgentColumns | null }

/** What lists show of a cluster's agent. */
export interface AgentColumns {
  version: string | null
  /** Of the manifest that it runs with, or was asked for. */
  mode: ClusterRow['mode']
  /** Of the manifest that it runs with; null before it has said so. */
  saidMode: ClusterRow['mode'] | null
  namespace: string
  key: string | null
  proxied: boolean
  /** As they were asked for; passwords are not among them. */
  proxy: AgentProxy | null
  proxyNeededForHub: boolean
  /** What the owner says that the cluster runs on. */
  provider: string
}

const withCredential = (db: Kysely<Database>) =>
  db
    .selectFrom('clusters')
    .leftJoin('credentials', 'credentials.cluster_id', 'clusters.id')
    .selectAll('clusters')
    .leftJoin('agents', 'agents.cluster_id', 'clusters.id')
    .select('credentials.info as credential')
    .select(
      sql<AgentColumns | null>`case when clusters.connection = 'agent' and agents.cluster_id is not null then
        jsonb_build_object('version', agents.version, 'mode', coalesce(agents.mode, agents.wanted_mode), 'saidMode', agents.mode,
          'namespace', agents.options ->> 'namespace', 'key', agents.key_id, 'provider', agents.provider, 'proxied', agents.proxied,
          'proxy', agents.options -> 'proxy', 'proxyNeededForHub', coalesce((agents.options ->> 'proxyNeededForHub')::boolean, false)) end`.as(
        'agent',
      ),
    )

/** Stores a new cluster. Fails with a unique violation where its name or UID is known. */
export async function insertCluster(db: Kysely<Database>, cluster: NewCluster): Promise<void> {
  await db.insertInto('clusters').values(cluster).execute()
}

/** The cluster with this id, else the one with this name. */
export function findCluster(db: Kysely<Database>, ref: string): Promise<ClusterWithCredential | undefined> {
  return withCredential(db)
    .where(where => where.or([where('clusters.id', '=', ref), where('clusters.name', '=', ref)]))
    .orderBy(sql`clusters.id = ${ref}`, 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** The cluster with this kube-system UID. */
export function findClusterByUid(db: Kysely<Database>, uid: string): Promise<ClusterRow | undefined> {
  return db.selectFrom('clusters').selectAll().where('uid', '=', uid).executeTakeFirst()
}

export interface ClusterFilter {
  project?: string | undefined
  phase?: Phase | undefined
  selector?: Selector | undefined
  /** Only these; left out: all. */
  ids?: readonly string[] | undefined
}

type Where = ExpressionBuilder<Database, 'clusters'>

function matches(where: Where, { project, phase, selector = [], ids }: ClusterFilter) {
  const label = (key: string) => sql<string | null>`clusters.labels ->> ${key}`
  const conditions = selector.map(requirement => {
    const value = label(requirement.key)
    switch (requirement.operator) {
      case 'exists':
        return sql<SqlBool>`${value} is not null`
      case 'absent':
        return sql<SqlBool>`${value} is null`
      case 'in':
        return sql<SqlBool>`${value} = any(${requirement.values}::text[])`
      case 'notin':
        // As in Kubernetes, a cluster without the label is also not one of these.
        return sql<SqlBool>`(${value} is null or ${value} <> all(${requirement.values}::text[]))`
      default:
        return requirement satisfies never
    }
  })
  if (ids !== undefined) conditions.push(sql<SqlBool>`clusters.id = any(${ids}::text[])`)
  if (project !== undefined) {
    conditions.push(sql<SqlBool>`(clusters.project = ${project} or exists (
      select from project_clusters p where p.cluster_id = clusters.id and p.project = ${project}))`)
  }
  if (phase !== undefined) conditions.push(sql<SqlBool>`clusters.phase = ${phase}`)
  return where.and(conditions)
}

/** One page of clusters by name, after the name `after`, with the number on all pages. One statement. */
export async function pageOfClusters(
  db: Kysely<Database>,
  filter: ClusterFilter,
  { limit, after }: { limit: number; after: string | null },
): Promise<{ rows: ClusterWithCredential[]; total: number }> {
  // The database's own order of text depends on its locale; a page's end must mean the same everywhere.
  const name = sql<string>`clusters.name collate "C"`
  const found = await db
    .selectFrom(one =>
      one
        .selectFrom('clusters')
        .select(count => count.fn.countAll<number>().as('total'))
        .where(where => matches(where, filter))
        .as('counted'),
    )
    .leftJoinLateral(
      () =>
        withCredential(db)
          .where(where => matches(where as unknown as Where, filter))
          .$if(after !== null, query => query.where(sql<SqlBool>`${name} > ${after}`))
          .orderBy(name)
          .limit(limit)
          .as('page'),
      join => join.onTrue(),
    )
    .selectAll('page')
    .select('counted.total')
    .orderBy(sql`page.name collate "C"`)
    .execute()
  const rows = found.flatMap(({ total: _, ...row }) => (row.id === null ? [] : [row as ClusterWithCredential]))
  return { rows, total: Number(found[0]?.total ?? 0) }
}

/** What a fleet needs to know of every cluster. */
export function listClusterKeys(db: Kysely<Database>): Promise<{ id: string; name: string; generation: number }[]> {
  return db.selectFrom('clusters').select(['id', 'name', 'generation']).execute()
}

/** Changes what is wanted of a cluster. Undefined where it is gone; a unique violation where the name is taken. */
export function updateCluster(
  db: Kysely<Database>,
  id: string,
  wanted: { name?: string; project?: string; labels?: Record<string, string>; mode?: ClusterRow['mode'] },
): Promise<ClusterRow | undefined> {
  const { labels, ...plain } = wanted
  return db
    .updateTable('clusters')
    .set({ ...plain, ...(labels ? { labels: JSON.stringify(labels) } : {}) })
    .set(set => ({ generation: set('generation', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/**
 * An agent of the cluster has joined: from now on it is reached by it. What its
 * mode is has to be seen again, unless it was reached by an agent before.
 */
export async function joinCluster(db: Kysely<Database>, id: string, uid: string): Promise<void> {
  await db
    .updateTable('clusters')
    .set(set => ({
      uid,
      mode: set
        .case()
        .when('connection', '=', 'agent')
        .then(set.ref('mode'))
        .else('read-only' as const)
        .end(),
      connection: 'agent' as const,
      generation: set('generation', '+', 1),
    }))
    .where('id', '=', id)
    .execute()
}

/** From now on the cluster is reached by its kubeconfig. */
export async function useKubeconfig(db: Kysely<Database>, id: string): Promise<void> {
  await db
    .updateTable('clusters')
    .set(set => ({ connection: 'direct' as const, generation: set('generation', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Notes that a cluster is to be let go as soon as its agent can take out what it owes. */
export async function startLeaving(db: Kysely<Database>, id: string, by: string, now: Date): Promise<void> {
  await db
    .updateTable('clusters')
    .set(set => ({ phase: 'Disconnecting', leaving_since: now, leaving_by: by, generation: set('generation', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Locks a cluster's row until the transaction ends. */
export function lockCluster(db: Kysely<Database>, id: string): Promise<ClusterRow | undefined> {
  return db.selectFrom('clusters').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/**
 * Keeps a cluster from being forgotten until the transaction ends; false where it was already. Whoever writes rows of
 * a cluster calls this first: the rows' own foreign keys take the same lock, but last, and a cluster that is forgotten
 * meanwhile would wait for the rows while they wait for the cluster.
 */
export async function holdCluster(db: Transaction<Database>, id: string): Promise<boolean> {
  const held = await db.selectFrom('clusters').select('id').where('id', '=', id).forKeyShare().executeTakeFirst()
  return held !== undefined
}

/** What a reconciler found. */
export interface ClusterStatus {
  phase: Phase
  conditions: readonly Condition[]
  facts: object
  lastSeen: Date | null
  observedGeneration: number
}

/** Writes the status. False where the cluster is gone. */
export async function writeClusterStatus(db: Kysely<Database>, id: string, status: ClusterStatus): Promise<boolean> {
  const written = await db
    .updateTable('clusters')
    .set({
      phase: status.phase,
      conditions: JSON.stringify(status.conditions),
      facts: JSON.stringify(status.facts),
      last_seen: status.lastSeen,
      observed_generation: status.observedGeneration,
    })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return written !== undefined
}

/** Notes that these clusters were seen, and nothing else. */
export async function touchClusters(db: Kysely<Database>, seen: ReadonlyMap<string, Date>): Promise<void> {
  if (seen.size === 0) return
  const [ids, times] = [[...seen.keys()], [...seen.values()].map(at => at.toISOString())]
  // Always in the same order, so that two of these, or one and a whole status, never wait for each other in a circle.
  await sql`update clusters set last_seen = seen.at
    from (select * from unnest(${ids}::text[], ${times}::timestamptz[]) one (id, at) order by id) seen
    where clusters.id = seen.id and (clusters.last_seen is null or clusters.last_seen < seen.at)`.execute(db)
}

/** Forgets a cluster, with its credential and its inventory. False where it was forgotten already. */
export async function deleteCluster(db: Kysely<Database>, id: string): Promise<boolean> {
  const gone = await db.deleteFrom('clusters').where('id', '=', id).returning('id').executeTakeFirst()
  return gone !== undefined
}
