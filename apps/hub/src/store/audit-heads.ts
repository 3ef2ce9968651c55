import { type Kysely, type Selectable, sql } from 'kysely'
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
