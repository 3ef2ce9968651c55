import type { ObjectRef } from '@moorage/contract/cluster.ts'
import type { ExpressionBuilder, Kysely } from 'kysely'
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

/** Stands for a UID that nobody has seen: the object is made by whoever applies a manifest. */
const UNSEEN = 'unseen:'
const shown = (uid: string) => (uid.startsWith(UNSEEN) ? '' : uid)

/** Notes objects that a manifest makes when it is applied. Their UIDs are not known. */
export async function expectInLedger(
  db: Kysely<Database>,
  clusterId: string,
  objects: readonly Omit<ObjectRef, 'uid'>[],
  instance: string,
  now: Date,
): Promise<void> {
  for (const object of objects) {
    const uid = `${UNSEEN}${object.kind}/${object.namespace ?? ''}/${object.name}`
    await addToLedger(db, clusterId, { ...object, uid }, instance, now)
  }
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
  return rows.map(({ api_version, uid, ...rest }) => ({ ...rest, uid: shown(uid), apiVersion: api_version }))
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
  return rows.map(({ api_version, uid, ...rest }) => ({ apiVersion: api_version, ...rest, uid: shown(uid) }))
}

/** Notes that an object is no longer in the member. */
export async function markRemoved(db: Kysely<Database>, id: number, now: Date): Promise<void> {
  await db.updateTable('ledger').set({ removed_at: now }).where('id', '=', id).execute()
}

const sameName = (where: ExpressionBuilder<Database, 'ledger'>, clusterId: string, object: Named) =>
  where.and([
    where('cluster_id', '=', clusterId),
    where('kind', '=', object.kind),
    where('namespace', object.namespace === null ? 'is' : '=', object.namespace),
    where('name', '=', object.name),
    where('removed_at', 'is', null),
  ])
type Named = Pick<ObjectRef, 'kind' | 'namespace' | 'name'>

/** What was only expected has shown which object it was. */
async function fillUid(db: Kysely<Database>, clusterId: string, id: number, uid: string): Promise<void> {
  if (uid === '') return
  await db
    .updateTable('ledger')
    .set({ uid })
    .where('id', '=', id)
    .where('uid', 'like', `${UNSEEN}%`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('ledger as other')
            .select('other.id')
            .where('other.cluster_id', '=', clusterId)
            .where('other.uid', '=', uid),
        ),
      ),
    )
    .execute()
}

/** Notes that an object was taken out of the member, by what it is called: also one that was only found by its labels. */
export async function noteRemoved(
  db: Kysely<Database>,
  clusterId: string,
  object: ObjectRef,
  instance: string,
  now: Date,
): Promise<void> {
  const known = await db
    .updateTable('ledger')
    .set({ removed_at: now })
    .where(where => sameName(where, clusterId, object))
    .returning('id')
    .execute()
  if (known.length > 0) return fillUid(db, clusterId, known[0]?.id ?? 0, object.uid)
  if (object.uid === '') return
  await addToLedger(db, clusterId, object, instance, now)
  await db
    .updateTable('ledger')
    .set({ removed_at: now })
    .where('cluster_id', '=', clusterId)
    .where('uid', '=', object.uid)
    .execute()
}

/** Forgets an object that stays in the member as it is not the hub's to remove. */
export async function dropFromLedger(db: Kysely<Database>, clusterId: string, object: Named): Promise<void> {
  await db
    .deleteFrom('ledger')
    .where(where => sameName(where, clusterId, object))
    .execute()
}

/** Drops the ledger of a cluster that is forgotten; what is owed stands in its receipt. */
export async function dropLedger(db: Kysely<Database>, clusterId: string): Promise<void> {
  await db.deleteFrom('ledger').where('cluster_id', '=', clusterId).execute()
}

/** What the names of roles and bindings begin with that people's requests need in a member. */
export const ACCESS_NAMES = 'moorage-access-'

/** An object that people's requests need in a member. */
export interface UsedObject extends LedgerEntry {
  usedAt: Date | null
}

/** When an object that is being taken out was used last: nobody who needs it believes that it is there. */
const GOING = new Date(0)

/**
 * Notes objects before they are made, and that those that stand there already are needed: whoever reads the ledger sees
 * all of them or none. Resolves with how many are just being taken out of the member.
 */
export function expectObjects(
  db: Kysely<Database>,
  clusterId: string,
  objects: readonly Omit<ObjectRef, 'uid'>[],
  instance: string,
  now: Date,
): Promise<number> {
  return db.transaction().execute(async trx => {
    let going = 0
    for (const object of objects) {
      const touched = await trx
        .updateTable('ledger')
        .set({ used_at: now })
        .where(where => sameName(where, clusterId, object))
        .where('used_at', 'is distinct from', GOING)
        .returning('id')
        .execute()
      if (touched.length > 0) continue
      const known = await trx
        .selectFrom('ledger')
        .select('id')
        .where(where => sameName(where, clusterId, object))
        .executeTakeFirst()
      if (known === undefined) await expectInLedger(trx, clusterId, [object], instance, now)
      else going += 1
    }
    return going
  })
}

/** Claims an object in order to take it out of its member; false where it was needed since it was read. */
export async function claimUnused(db: Kysely<Database>, { id, usedAt }: UsedObject): Promise<boolean> {
  const claimed = await db
    .updateTable('ledger')
    .set({ used_at: GOING })
    .where('id', '=', id)
    .where('used_at', 'is not distinct from', usedAt)
    .returning('id')
    .executeTakeFirst()
  return claimed !== undefined
}

/**
 * Notes which object it is that was expected, and that it is used. False where
 * it stands no longer in the ledger: it was taken out, or the cluster forgotten.
 */
export function noteUsed(
  db: Kysely<Database>,
  clusterId: string,
  { uid, ...object }: Named & { uid: string },
  now: Date,
): Promise<boolean> {
  return db.transaction().execute(async trx => {
    // Two replicas may have expected it at once.
    const [one, ...more] = await trx
      .selectFrom('ledger')
      .select('id')
      .where(where => sameName(where, clusterId, object))
      .orderBy('id')
      .forUpdate()
      .execute()
    if (one === undefined) return false
    for (const { id } of more) await trx.deleteFrom('ledger').where('id', '=', id).execute()
    await trx.updateTable('ledger').set({ uid, used_at: now }).where('id', '=', one.id).execute()
    return true
  })
}

/** What is in a member under names that begin so, newest first. */
export async function objectsNamed(db: Kysely<Database>, clusterId: string, prefix: string): Promise<UsedObject[]> {
  const rows = await db
    .selectFrom('ledger')
    .select(['id', 'api_version', 'kind', 'namespace', 'name', 'uid', 'used_at'])
    .where('cluster_id', '=', clusterId)
    .where('removed_at', 'is', null)
    .where('name', '^@', prefix)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(({ api_version, uid, used_at, ...rest }) => ({
    ...rest,
    uid: shown(uid),
    apiVersion: api_version,
    usedAt: used_at,
  }))
}

/** The clusters that have any object whose name begins so. */
export async function clustersWithNamed(db: Kysely<Database>, prefix: string): Promise<string[]> {
  const rows = await db
    .selectFrom('ledger')
    .select('cluster_id')
    .distinct()
    .where('removed_at', 'is', null)
    .where('name', '^@', prefix)
    .execute()
  return rows.map(({ cluster_id }) => cluster_id)
}
