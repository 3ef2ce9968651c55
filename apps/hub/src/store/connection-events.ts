import type { ConnectionEvent } from '@moorage/contract/agent.ts'
import { type Kysely, sql } from 'kysely'
import { saidPlainly } from '../said.ts'
import type { Database } from './tables.ts'

/** Rows of one statement: eight parameters each, of which PostgreSQL takes 65,535. */
const AT_ONCE = 1_000

/** Keeps things that happened to clusters' connections. Those of clusters that were forgotten meanwhile are left out. */
export async function insertConnectionEvents(
  db: Kysely<Database>,
  events: readonly { clusterId: string; event: ConnectionEvent }[],
): Promise<void> {
  for (let start = 0; start < events.length; start += AT_ONCE) {
    const some = events.slice(start, start + AT_ONCE)
    await db.transaction().execute(async trx => {
      const ids = [...new Set(some.map(({ clusterId }) => clusterId))]
      const held = await trx.selectFrom('clusters').select('id').where('id', 'in', ids).forKeyShare().execute()
      const known = new Set(held.map(({ id }) => id))
      const rows = some.flatMap(({ clusterId, event }) =>
        known.has(clusterId) ? [{ cluster_id: clusterId, ...event, message: saidPlainly(event.message) }] : [],
      )
      if (rows.length > 0) await trx.insertInto('connection_events').values(rows).execute()
    })
  }
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
