import type { ClusterFacts } from '@moorage/contract/access-request.ts'
import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/** What rules and the audit log need to know of a cluster. */
export type ClusterTarget = ClusterFacts

const targets = (db: Kysely<Database>) =>
  db
    .selectFrom('clusters')
    .select(['id', 'name', 'labels', 'mode'])
    .select(
      // Its home comes first.
      sql<string[]>`jsonb_build_array(clusters.project) || coalesce((
        select jsonb_agg(p.project order by p.project) from project_clusters p
        where p.cluster_id = clusters.id and p.project <> clusters.project), '[]')`.as('projects'),
    )

/** The cluster with this id or name, as little of it as access decisions need. An id wins over a name. */
export async function findClusterTarget(db: Kysely<Database>, ref: string): Promise<ClusterTarget | undefined> {
  const rows = await targets(db)
    .where(where => where.or([where('id', '=', ref), where('name', '=', ref)]))
    .execute()
  return rows.find(row => row.id === ref) ?? rows[0]
}

/** All clusters, as little of them as access decisions need. */
export function listClusterTargets(db: Kysely<Database>): Promise<ClusterTarget[]> {
  return targets(db).execute()
}
