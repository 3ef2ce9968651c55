import { type Kysely, type Selectable, sql } from 'kysely'
import { lockAudit } from './audit.ts'
import type { AuditHeadsTable } from './audit-tables.ts'
import type { Database } from './tables.ts'

export type HeadRow = Selectable<AuditHeadsTable>

/** The newest line; undefined in an empty log. */
export const newestLine = (db: Kysely<Database>) =>
  db.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()

/** The newest that was signed. */
export const newestHead = (db: Kysely<Database>, kind: HeadRow['kind']): Promise<HeadRow | undefined> =>
  db.selectFrom('audit_heads').selectAll().where('kind', '=', kind).orderBy('seq', 'desc').limit(1).executeTakeFirst()

/** Keeps a signed head: the first of a line stands, as both say the same. */
export async function keepHead(db: Kysely<Database>, head: HeadRow): Promise<void> {
  await db
    .insertInto('audit_heads')
    .values(head)
    .onConflict(conflict => conflict.columns(['kind', 'seq']).doNothing())
    .execute()
}

/** Of the heads that are older than `before`, one an hour is enough: each later one covers them. */
export async function thinHeads(db: Kysely<Database>, before: Date): Promise<void> {
  await sql`
    delete from audit_heads old where kind = 'head' and at < ${before} and exists (
      select 1 from audit_heads newer where newer.kind = 'head' and newer.seq > old.seq and newer.at < ${before}
        and date_trunc('hour', newer.at) = date_trunc('hour', old.at))`.execute(db)
}

/** Lines that are deleted in one transaction. */
const PRUNED_AT_ONCE = 10_000

/**
 * Deletes the oldest lines before `before`, up to a number of them, and puts a
 * signed record of where the chain begins now in their place. The newest line
 * always stays, as the next one goes on from it. Gives the number deleted.
 */
export async function pruneAudit(
  db: Kysely<Database>,
  before: Date,
  sign: (kind: 'prune', line: { seq: number; hash: string }) => HeadRow,
): Promise<number> {
  return db.transaction().execute(async trx => {
    const newest = await lockAudit(trx)
    if (newest === undefined) return 0
    const oldest = await trx.selectFrom('audit').select('seq').orderBy('seq').limit(1).executeTakeFirst()
    const kept = await trx
      .selectFrom('audit')
      .select('seq')
      .where('at', '>=', before)
      .orderBy('at')
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst()
    const from = oldest?.seq ?? newest.seq
    const upTo = Math.min((kept?.seq ?? newest.seq) - 1, newest.seq - 1, from + PRUNED_AT_ONCE - 1)
    const last = await trx
      .selectFrom('audit')
      .select(['seq', 'hash'])
      .where('seq', '<=', upTo)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (last === undefined) return 0
    await keepHead(trx, sign('prune', last))
    const { numDeletedRows } = await trx.deleteFrom('audit').where('seq', '<=', last.seq).executeTakeFirstOrThrow()
    await trx.deleteFrom('audit_heads').where('kind', '=', 'prune').where('seq', '<', last.seq).execute()
    await trx.deleteFrom('audit_heads').where('kind', '=', 'head').where('seq', '<=', last.seq).execute()
    return Number(numDeletedRows)
  })
}
