import type { Kysely, Selectable } from 'kysely'
import type { ServiceAccountsTable } from './access-tables.ts'
import type { Database } from './tables.ts'

export type ServiceAccountRow = Selectable<ServiceAccountsTable> & { tokens: number }

/** Service accounts with the number of their good tokens, by name. */
export async function listServiceAccounts(db: Kysely<Database>, now: Date): Promise<ServiceAccountRow[]> {
  const rows = await db.selectFrom('service_accounts').selectAll().orderBy('name').execute()
  const counts = await db
    .selectFrom('tokens')
    .select(['service_account_id', count => count.fn.countAll<number>().as('tokens')])
    .where('service_account_id', 'is not', null)
    .where('revoked_at', 'is', null)
    .where(where => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .groupBy('service_account_id')
    .execute()
  const byId = new Map(counts.map(row => [row.service_account_id, Number(row.tokens)]))
  return rows.map(row => ({ ...row, tokens: byId.get(row.id) ?? 0 }))
}

export const findServiceAccount = (
  db: Kysely<Database>,
  name: string,
): Promise<Selectable<ServiceAccountsTable> | undefined> =>
  db.selectFrom('service_accounts').selectAll().where('name', '=', name).executeTakeFirst()

export async function putServiceAccount(
  db: Kysely<Database>,
  account: { id: string; name: string; description: string; created_at: Date; created_by: string },
): Promise<void> {
  await db
    .insertInto('service_accounts')
    .values(account)
    .onConflict(conflict => conflict.column('name').doUpdateSet({ description: account.description }))
    .execute()
}

/** With its tokens. False where there is none. */
export async function deleteServiceAccount(db: Kysely<Database>, name: string): Promise<boolean> {
  const deleted = await db.deleteFrom('service_accounts').where('name', '=', name).returning('id').executeTakeFirst()
  return deleted !== undefined
}
