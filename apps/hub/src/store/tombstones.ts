import type { Receipt } from '@moorage/contract/cluster.ts'
import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/** Keeps the receipt of a cluster that was disconnected. */
export async function insertTombstone(
  db: Kysely<Database>,
  receipt: Receipt,
  agent: { keyId: string; publicKey: Record<string, string> } | null = null,
): Promise<void> {
  await db
    .insertInto('tombstones')
    .values({
      id: receipt.id,
      name: receipt.name,
      uid: receipt.uid,
      agent_key: agent?.keyId ?? null,
      agent_public_key: agent === null ? null : JSON.stringify(agent.publicKey),
      receipt: JSON.stringify(receipt),
      disconnected_at: receipt.disconnectedAt,
      expires_at: receipt.tombstoneUntil,
    })
    .execute()
}

/** The receipt of the cluster that was forgotten under this id, else of the last one of this name. */
export async function findReceipt(db: Kysely<Database>, ref: string, now: Date): Promise<Receipt | undefined> {
  const row = await db
    .selectFrom('tombstones')
    .select('receipt')
    .where(where => where.or([where('id', '=', ref), where('name', '=', ref)]))
    .where('expires_at', '>', now)
    .orderBy(sql`id = ${ref}`, 'desc')
    .orderBy('disconnected_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.receipt
}

/** The last cluster that was let go whose agent had this key, while its tombstone stands. */
export async function findTombstoneByKey(
  db: Kysely<Database>,
  keyId: string,
  now: Date,
): Promise<{ receipt: Receipt; publicKey: Record<string, string> } | undefined> {
  const row = await db
    .selectFrom('tombstones')
    .select(['receipt', 'agent_public_key'])
    .where('agent_key', '=', keyId)
    .where('expires_at', '>', now)
    .orderBy('disconnected_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && row.agent_public_key !== null ? { receipt: row.receipt, publicKey: row.agent_public_key } : undefined
}

/** Receipts that are still kept, newest first, after the one named by `after`. */
export async function listReceipts(
  db: Kysely<Database>,
  { limit, after, now }: { limit: number; after?: { disconnectedAt: string; id: string } | undefined; now: Date },
): Promise<{ rows: Receipt[]; total: number }> {
  const kept = db.selectFrom('tombstones').where('expires_at', '>', now)
  const { total } = await kept.select(select => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  let page = kept.select('receipt').orderBy('disconnected_at', 'desc').orderBy('id', 'desc').limit(limit)
  if (after) {
    page = page.where(where =>
      where(where.refTuple('disconnected_at', 'id'), '<', where.tuple(new Date(after.disconnectedAt), after.id)),
    )
  }
  return { rows: (await page.execute()).map(row => row.receipt), total: Number(total) }
}

/** Changes a receipt in one go. False where there is none of this id. */
export async function changeReceipt(
  db: Kysely<Database>,
  id: string,
  change: (receipt: Receipt) => Receipt,
): Promise<boolean> {
  return db.transaction().execute(async trx => {
    const row = await trx.selectFrom('tombstones').select('receipt').where('id', '=', id).forUpdate().executeTakeFirst()
    if (row === undefined) return false
    await trx
      .updateTable('tombstones')
      .set({ receipt: JSON.stringify(change(row.receipt)) })
      .where('id', '=', id)
      .execute()
    return true
  })
}

/** Lets go of receipts whose time is over. */
export async function dropExpiredTombstones(db: Kysely<Database>, now: Date): Promise<void> {
  await db.deleteFrom('tombstones').where('expires_at', '<=', now).execute()
}
