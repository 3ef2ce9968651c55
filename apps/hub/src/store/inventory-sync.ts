import type { KindState } from '@moorage/projector/batch.ts'
import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

type Db = Kysely<Database>

/** How the reading of one kind stands, as stored. */
export interface SyncRow {
  kind: string
  state: KindState
  message: string | null
  resourceVersion: string | null
  count: number
  /** Higher after every change of the kind's rows. */
  version: number
  syncedAt: Date | null
}

export async function readSync(db: Db, clusterId: string): Promise<SyncRow[]> {
  const rows = await db.selectFrom('inventory_sync').selectAll().where('cluster_id', '=', clusterId).execute()
  return rows.map(row => ({
    kind: row.kind,
    state: row.state as KindState,
    message: row.message,
    resourceVersion: row.resource_version,
    count: row.count,
    version: row.version,
    syncedAt: row.synced_at,
  }))
}

/** Makes a row for each kind, and marks every kind as not yet seen by this process. Resume points stay. */
export async function beginSync(db: Db, clusterId: string, kinds: readonly string[]): Promise<void> {
  await sql`
    insert into inventory_sync (cluster_id, kind, state, count)
    select ${clusterId}, kind, 'pending', 0 from jsonb_array_elements_text(${JSON.stringify(kinds)}::jsonb) as kind
    on conflict (cluster_id, kind) do update set state = 'pending', message = null`.execute(db)
}

/** What one batch changes. What is absent stays as it was. */
export interface SyncChange {
  state?: KindState
  message?: string | null
  resourceVersion?: string | null
  /** Added to the count. */
  added?: number
  /** In place of the count. */
  count?: number
  /** Rows were added, removed or are different. */
  touched?: boolean
  syncedAt?: Date
}

/** Changes one kind's row. Answers how many objects there are now. */
export async function updateSync(db: Db, clusterId: string, kind: string, change: SyncChange): Promise<number> {
  const { state, message, resourceVersion, added, count, touched = false, syncedAt } = change
  const row = await db
    .updateTable('inventory_sync')
    .where('cluster_id', '=', clusterId)
    .where('kind', '=', kind)
    .set({
      ...(state === undefined ? {} : { state }),
      ...(message === undefined ? {} : { message }),
      ...(resourceVersion === undefined ? {} : { resource_version: resourceVersion }),
      ...(count === undefined ? {} : { count }),
      ...(syncedAt === undefined ? {} : { synced_at: syncedAt }),
    })
    .$if(touched, query => query.set({ version: sql`version + 1` }))
    .$if(added !== undefined && count === undefined, query => query.set({ count: sql`count + ${added}::integer` }))
    .returning('count')
    .executeTakeFirst()
  return row?.count ?? 0
}

/** Says of several kinds how their reading stands, in one statement. */
export async function updateStates(
  db: Db,
  clusterId: string,
  states: readonly { kind: string; state: KindState; message: string | null }[],
): Promise<void> {
  await sql`
    update inventory_sync as sync set state = said.state, message = said.message
    from jsonb_to_recordset(${JSON.stringify(states)}::jsonb) as said (kind text, state text, message text)
    where sync.cluster_id = ${clusterId} and sync.kind = said.kind`.execute(db)
}

/** Objects of all kinds that were counted last in a cluster. */
export async function countObjects(db: Db, clusterId: string): Promise<number> {
  const row = await db
    .selectFrom('inventory_sync')
    .select(sum => sum.fn.sum<number | null>('count').as('total'))
    .where('cluster_id', '=', clusterId)
    .executeTakeFirst()
  return Number(row?.total ?? 0)
}
