import type { Kysely } from 'kysely'
import type { ClusterRow, Database } from './tables.ts'

/** How a cluster is reached, and what its owner lets the hub do on that way. */
export function findWay(
  db: Kysely<Database>,
  clusterId: string,
): Promise<Pick<ClusterRow, 'connection' | 'mode'> | undefined> {
  return db.selectFrom('clusters').select(['connection', 'mode']).where('id', '=', clusterId).executeTakeFirst()
}
