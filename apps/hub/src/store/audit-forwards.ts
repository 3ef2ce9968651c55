import { type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { AuditRow } from './audit-hash.ts'
import type { AuditForwardsTable } from './audit-tables.ts'
import type { Database } from './tables.ts'

export type AuditForwardRow = Selectable<AuditForwardsTable>

export const listAuditForwards = (db: Kysely<Database>): Promise<AuditForwardRow[]> =>
  db.selectFrom('audit_forwards').selectAll().orderBy('name').execute()

export const findAuditForward = (db: Kysely<Database>, name: string): Promise<AuditForwardRow | undefined> =>
  db.selectFrom('audit_forwards').selectAll().where('name', '=', name).executeTakeFirst()

/** Makes a target, or sets the one of this name anew; how far it is stays, but where a place is given. */
export async function putAuditForward(
  db: Kysely<Database>,
  { position, ...row }: Omit<Insertable<AuditForwardsTable>, 'position'> & { position: number | null },
): Promise<void> {
  const { name: _, created_at: _at, created_by: _by, ...changed } = row
  const place = position === null ? {} : { position, lost: 0 }
  await db
    .insertInto('audit_forwards')
    .values({ ...row, position: position ?? 0 })
    .onConflict(conflict =>
      conflict.column('name').doUpdateSet({ ...changed, ...place, failing_since: null, last_error: null }),
    )
    .execute()
}

/** Changes one; false where there is none. `version` says that it is another one from now on. */
export async function changeAuditForward(
  db: Kysely<Database>,
  name: string,
  change: { version: string; enabled?: boolean; position?: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('audit_forwards')
    .set({ ...change, ...(change.position !== undefined && { lost: 0 }), failing_since: null, last_error: null })
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export async function deleteAuditForward(db: Kysely<Database>, name: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('audit_forwards').where('name', '=', name).executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** Puts what was sealed anew in the place of what was read, unless somebody has changed it since. */
export async function resealAuditForward(
  db: Kysely<Database>,
  name: string,
  before: string,
  { sealed, keyId }: { sealed: string; keyId: string },
): Promise<void> {
  await db
    .updateTable('audit_forwards')
    .set({ sealed, key_id: keyId })
    .where('name', '=', name)
    .where('sealed', '=', before)
    .execute()
}

/** Notes what a target took. False where its setting is another one by now, or it is further already. */
export async function noteForwarded(
  db: Kysely<Database>,
  { name, version }: Pick<AuditForwardRow, 'name' | 'version'>,
  took: { position: number; lines: number; lost: number; at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('audit_forwards')
    .set({
      position: took.position,
      sent: sql<number>`sent + ${took.lines}::bigint`,
      lost: sql<number>`lost + ${took.lost}::bigint`,
      last_sent_at: took.at,
      failing_since: null,
      last_error: null,
    })
    .where('name', '=', name)
    .where('version', '=', version)
    .where('position', '<=', took.position)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Notes that a target did not take a try; since when stays the first time. */
export async function noteForwardFailure(
  db: Kysely<Database>,
  { name, version }: Pick<AuditForwardRow, 'name' | 'version'>,
  error: string,
  at: Date,
): Promise<void> {
  await db
    .updateTable('audit_forwards')
    .set({ last_error: error, failing_since: sql<Date>`coalesce(failing_since, ${at})` })
    .where('name', '=', name)
    .where('version', '=', version)
    .execute()
}

/** Lines after a number, in their order. */
export const linesAfter = (db: Kysely<Database>, seq: number, limit: number): Promise<AuditRow[]> =>
  db.selectFrom('audit').selectAll().where('seq', '>', seq).orderBy('seq').limit(limit).execute()

/** Numbers of the oldest line and of the newest; 0 in an empty log. */
export async function auditEnds(db: Kysely<Database>): Promise<{ oldest: number; newest: number }> {
  const end = (direction: 'asc' | 'desc') =>
    db.selectFrom('audit').select('seq').orderBy('seq', direction).limit(1).executeTakeFirst()
  const [oldest, newest] = await Promise.all([end('asc'), end('desc')])
  return { oldest: oldest?.seq ?? 0, newest: newest?.seq ?? 0 }
}
