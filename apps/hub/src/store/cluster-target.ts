import type { Kysely } from 'kysely'
import type { ClusterRow, Database } from './tables.ts'

/** What rules and the audit log need to know of a cluster. */
export type ClusterTarget = Pick<ClusterRow, 'id' | 'name' | 'project'>

/** The cluster with this id or name, as little of it as access decisions need. An id wins over a name. */
export async function findClusterTarget(db: Kysely<Database>, ref: string): Promise<ClusterTarget | undefined> {
  const rows = await db
    .selectFrom('clusters')
    .select(['id', 'name', 'project'])
    .where(where => where.or([where('id', '=', ref), where('name', '=', ref)]))
    .execute()
  return rows.find(row => row.id === ref) ?? rows[0]
}

/** All clusters, as little of them as access decisions need. */
export function listClusterTargets(db: Kysely<Database>): Promise<ClusterTarget[]> {
  return db.selectFrom('clusters').select(['id', 'name', 'project']).execute()
}
