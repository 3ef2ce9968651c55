import type { InventoryRow } from '@moorage/projector/batch.ts'
import { type Kysely, sql, type Transaction } from 'kysely'
import { recordsOf } from './records.ts'
import type { Database } from './tables.ts'

type Db = Kysely<Database>

/** What a write came to. */
export interface Written {
  /** Rows that were not there before. */
  added: number
  /** Rows that were added or are different now. */
  changed: number
}

/**
 * Stores rows of one kind in one statement; at most 500 at a time keep it
 * short. Rows that are as they were are not written again. That is left to
 * the conflict, which always goes by the primary key: a join with what is there
 * would be planned badly in a table that has just begun to fill.
 */
export async function upsertRows(
  db: Db,
  clusterId: string,
  kind: string,
  rows: readonly InventoryRow[],
): Promise<Written> {
  if (rows.length === 0) return { added: 0, changed: 0 }
  const { rows: written } = await sql<Written>`
    with incoming as (
      select * from jsonb_to_recordset(${recordsOf(rows)}::jsonb) as r (
        "apiVersion" text, namespace text, name text, uid text, status text, node text,
        images jsonb, labels jsonb, owner jsonb, data jsonb, "createdAt" timestamptz, hash text)
    ), written as (
      insert into inventory (cluster_id, kind, namespace, name, uid, api_version, status, node,
        images, labels, owner, data, created_at, hash)
      select ${clusterId}, ${kind}, r.namespace, r.name, r.uid, r."apiVersion", r.status, r.node,
        r.images, r.labels, r.owner, r.data, r."createdAt", r.hash
      from incoming r
      on conflict (cluster_id, kind, namespace, name) do update set
        uid = excluded.uid, api_version = excluded.api_version, status = excluded.status, node = excluded.node,
        images = excluded.images, labels = excluded.labels, owner = excluded.owner, data = excluded.data,
        created_at = excluded.created_at, hash = excluded.hash
      where inventory.hash <> excluded.hash
      returning (xmax = 0) as added
    )
    select count(*) filter (where added) as added, count(*) as changed from written`.execute(db)
  return written[0]!
}

/** Removes objects by their names. Answers how many were there. */
export async function deleteRows(
  db: Db,
  clusterId: string,
  kind: string,
  objects: readonly { namespace: string; name: string }[],
): Promise<number> {
  if (objects.length === 0) return 0
  const { numAffectedRows } = await sql`
    delete from inventory i
    using jsonb_to_recordset(${JSON.stringify(objects)}::jsonb) as gone (namespace text, name text)
    where i.cluster_id = ${clusterId} and i.kind = ${kind}
      and i.namespace = gone.namespace and i.name = gone.name`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** Removes the rows of a kind whose objects a finished list did not have. Answers how many. */
export async function sweepRows(
  db: Transaction<Database>,
  clusterId: string,
  kind: string,
  uids: readonly string[],
): Promise<number> {
  // The keys of a jsonb object are sorted: each row is one binary search, and there is no join to plan wrongly.
  const listed = JSON.stringify(Object.fromEntries(uids.map(uid => [uid, 1])))
  const { numAffectedRows } = await sql`
    delete from inventory
    where cluster_id = ${clusterId} and kind = ${kind} and not (${listed}::jsonb ? uid)`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** Rows of one kind. */
export async function countRows(db: Db, clusterId: string, kind: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from inventory where cluster_id = ${clusterId} and kind = ${kind}`.execute(db)
  return rows[0]!.count
}

/** Sorts in the index entries that wait for it: searches read through them one by one. Nothing waits: nothing is done. */
export async function sortInEntries(db: Db): Promise<void> {
  await sql`
    select gin_clean_pending_list('inventory_name'), gin_clean_pending_list('inventory_images'),
      gin_clean_pending_list('inventory_labels')`.execute(db)
}

/** Makes the searches after a first list as fast as later ones: the planner learns what it has brought. */
export async function settleRows(db: Db): Promise<void> {
  await sortInEntries(db)
  await sql`analyze inventory`.execute(db)
}
