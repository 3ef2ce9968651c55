import type { Kysely, Selectable } from 'kysely'
import type { AccessRequestsTable } from './access-tables.ts'
import type { Database } from './tables.ts'

export type RoleRequestRow = Selectable<AccessRequestsTable>

/** Requests that are shown at most: who needs more reads the audit log. */
const SHOWN = 500

export async function insertRoleRequest(
  db: Kysely<Database>,
  row: Pick<
    RoleRequestRow,
    'id' | 'subject_kind' | 'subject_name' | 'role' | 'scope' | 'reason' | 'seconds' | 'created_at' | 'expires_at'
  >,
): Promise<void> {
  await db
    .insertInto('access_requests')
    .values({ ...row, scope: JSON.stringify(row.scope), state: 'pending' })
    .execute()
}

/** The newest first. */
export function listRoleRequests(db: Kysely<Database>): Promise<RoleRequestRow[]> {
  return db.selectFrom('access_requests').selectAll().orderBy('created_at', 'desc').orderBy('id').limit(SHOWN).execute()
}

export function findRoleRequest(db: Kysely<Database>, id: string): Promise<RoleRequestRow | undefined> {
  return db.selectFrom('access_requests').selectAll().where('id', '=', id).executeTakeFirst()
}

/** How many of somebody's requests wait for an answer. */
export async function countPending(
  db: Kysely<Database>,
  { kind, name }: { kind: RoleRequestRow['subject_kind']; name: string },
  now: Date,
): Promise<number> {
  const row = await db
    .selectFrom('access_requests')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('subject_kind', '=', kind)
    .where('subject_name', '=', name)
    .where('state', '=', 'pending')
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Notes what was decided. */
export async function decideRoleRequest(
  db: Kysely<Database>,
  id: string,
  decision: Partial<Pick<RoleRequestRow, 'state' | 'decided_at' | 'decided_by' | 'answer' | 'binding' | 'seconds'>>,
): Promise<void> {
  await db.updateTable('access_requests').set(decision).where('id', '=', id).execute()
}

/** Forgets requests that were made before `until`: what came of them is in the audit log. */
export async function deleteOldRoleRequests(db: Kysely<Database>, until: Date): Promise<void> {
  await db.deleteFrom('access_requests').where('created_at', '<', until).execute()
}
