import type { Insertable, Kysely, Selectable } from 'kysely'
import type { AuditBodiesTable } from './audit-tables.ts'
import type { Database } from './tables.ts'

export type AuditBodyRow = Selectable<AuditBodiesTable>

export async function insertAuditBody(db: Kysely<Database>, row: Insertable<AuditBodiesTable>): Promise<void> {
  await db.insertInto('audit_bodies').values(row).execute()
}

export const findAuditBody = (db: Kysely<Database>, requestId: string): Promise<AuditBodyRow | undefined> =>
  db.selectFrom('audit_bodies').selectAll().where('request_id', '=', requestId).executeTakeFirst()

export async function pruneAuditBodies(db: Kysely<Database>, before: Date): Promise<void> {
  await db.deleteFrom('audit_bodies').where('at', '<', before).execute()
}

/** Whether bodies of changes in a cluster are kept. */
export const keepsBodies = async (db: Kysely<Database>, clusterId: string): Promise<boolean> =>
  (await db
    .selectFrom('audit_body_policies')
    .select('policy')
    .where('cluster_id', '=', clusterId)
    .executeTakeFirst()) !== undefined

export async function setKeepsBodies(db: Kysely<Database>, clusterId: string, keeps: boolean): Promise<void> {
  if (!keeps) {
    await db.deleteFrom('audit_body_policies').where('cluster_id', '=', clusterId).execute()
    return
  }
  await db
    .insertInto('audit_body_policies')
    .values({ cluster_id: clusterId, policy: 'changes' })
    .onConflict(conflict => conflict.column('cluster_id').doNothing())
    .execute()
}
