import type { RoleRequestState } from '@moorage/contract/role-request.ts'
import { type Kysely, type Selectable, sql } from 'kysely'
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

/** Those that wait for an answer first, then the newest: what is settled hides none of them. */
export function listRoleRequests(db: Kysely<Database>, now: Date, state?: RoleRequestState): Promise<RoleRequestRow[]> {
  let rows = db.selectFrom('access_requests').selectAll()
  if (state !== undefined) rows = rows.where('state', '=', state === 'expired' ? 'pending' : state)
  if (state === 'pending') rows = rows.where('expires_at', '>', now)
  if (state === 'expired') rows = rows.where('expires_at', '<=', now)
  return rows
    .orderBy(sql`state = 'pending' and expires_at > ${now}`, 'desc')
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(SHOWN)
    .execute()
}

export function findRoleRequest(db: Kysely<Database>, id: string): Promise<RoleRequestRow | undefined> {
  return db.selectFrom('access_requests').selectAll().where('id', '=', id).executeTakeFirst()
}

/** How many requests somebody has made since then, whatever became of them. */
export async function countAsked(
  db: Kysely<Database>,
  { kind, name }: { kind: RoleRequestRow['subject_kind']; name: string },
  since: Date,
): Promise<number> {
  const row = await db
    .selectFrom('access_requests')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('subject_kind', '=', kind)
    .where('subject_name', '=', name)
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Notes what was decided; false where the request is not in this state any more, as somebody was faster. */
export async function decideRoleRequest(
  db: Kysely<Database>,
  id: string,
  from: RoleRequestRow['state'],
  decision: Partial<Pick<RoleRequestRow, 'state' | 'decided_at' | 'decided_by' | 'answer' | 'binding' | 'seconds'>>,
): Promise<boolean> {
  const decided = await db
    .updateTable('access_requests')
    .set(decision)
    .where('id', '=', id)
    .where('state', '=', from)
    .returning('id')
    .executeTakeFirst()
  return decided !== undefined
}

/** Forgets requests that were made before `until`: what came of them is in the audit log. */
export async function deleteOldRoleRequests(db: Kysely<Database>, until: Date): Promise<void> {
  await db.deleteFrom('access_requests').where('created_at', '<', until).execute()
}
