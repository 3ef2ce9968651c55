import type { ObjectRef } from '@moorage/contract/cluster.ts'
import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

/** An object that the hub put into a member. */
export type LedgerEntry = ObjectRef & { id: number }

/** Notes an object that was made in a member. Noting it again changes nothing. */
export async function addToLedger(
  db: Kysely<Database>,
  clusterId: string,
  object: ObjectRef,
  instance: string,
  now: Date,
): Promise<void> {
  await db
    .insertInto('ledger')
    .values({
      cluster_id: clusterId,
      api_version: object.apiVersion,
      kind: object.kind,
      namespace: object.namespace,
      name: object.name,
      uid: object.uid,
      instance,
      created_at: now,
    })
    .onConflict(conflict => conflict.columns(['cluster_id', 'uid']).doNothing())
    .execute()
}

/** What is still in the member, newest first: what was made last depends on what was made before. */
export async function owedObjects(db: Kysely<Database>, clusterId: string): Promise<LedgerEntry[]> {
  const rows = await db
    .selectFrom('ledger')
    .select(['id', 'api_version', 'kind', 'namespace', 'name', 'uid'])
    .where('cluster_id', '=', clusterId)
    .where('removed_at', 'is', null)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(({ api_version, ...rest }) => ({ ...rest, apiVersion: api_version }))
}

/** Everything that was removed from the member so far, in that order. */
export async function removedObjects(db: Kysely<Database>, clusterId: string): Promise<ObjectRef[]> {
  const rows = await db
    .selectFrom('ledger')
    .select(['api_version', 'kind', 'namespace', 'name', 'uid'])
    .where('cluster_id', '=', clusterId)
    .where('removed_at', 'is not', null)
    .orderBy('removed_at')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(({ api_version, ...rest }) => ({ apiVersion: api_version, ...rest }))
}

/** Notes that an object is no longer in the member. */
export async function markRemoved(db: Kysely<Database>, id: number, now: Date): Promise<void> {
  await db.updateTable('ledger').set({ removed_at: now }).where('id', '=', id).execute()
}

/** Drops the ledger of a cluster that is forgotten; what is owed stands in its receipt. */
export async function dropLedger(db: Kysely<Database>, clusterId: string): Promise<void> {
  await db.deleteFrom('ledger').where('cluster_id', '=', clusterId).execute()
}
