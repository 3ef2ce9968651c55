import type { ConnectionEvent } from '@moorage/contract/agent.ts'
import { type Kysely, sql } from 'kysely'
import { holdCluster } from './clusters.ts'
import type { Database } from './tables.ts'

/** Keeps one thing that happened to a cluster's connections. False where the cluster was forgotten meanwhile. */
export function insertConnectionEvent(
  db: Kysely<Database>,
  clusterId: string,
  event: ConnectionEvent,
): Promise<boolean> {
  return db.transaction().execute(async trx => {
    if (!(await holdCluster(trx, clusterId))) return false
    await trx
      .insertInto('connection_events')
      .values({ cluster_id: clusterId, ...event })
      .execute()
    return true
  })
}

/** What happened to a cluster's connections, newest first. */
export async function listConnectionEvents(
  db: Kysely<Database>,
  clusterId: string,
  limit: number,
): Promise<ConnectionEvent[]> {
  const rows = await db
    .selectFrom('connection_events')
    .select(['at', 'type', 'agent', 'replica', 'address', 'reason', 'message'])
    .where('cluster_id', '=', clusterId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ at, type, ...rest }) => ({ at: at.toISOString(), type: type as ConnectionEvent['type'], ...rest }))
}

/** Lets go of what is older than `before`, and of all but the newest `keep` of each cluster. */
export async function sweepConnectionEvents(db: Kysely<Database>, before: Date, keep: number): Promise<void> {
  await db.deleteFrom('connection_events').where('at', '<', before).execute()
  await sql`delete from connection_events where id in (
    select id from (
      select id, row_number() over (partition by cluster_id order by id desc) as place from connection_events
    ) placed where place > ${keep})`.execute(db)
}
