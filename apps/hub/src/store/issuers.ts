import type { Insertable, Kysely, Selectable, Transaction } from 'kysely'
import type { IssuersTable, SignInsTable } from './access-tables.ts'
import type { Database } from './tables.ts'

export type IssuerRow = Selectable<IssuersTable>

export const listIssuers = (db: Kysely<Database>): Promise<IssuerRow[]> =>
  db.selectFrom('issuers').selectAll().orderBy('name').execute()

export const findIssuer = (db: Kysely<Database>, name: string): Promise<IssuerRow | undefined> =>
  db.selectFrom('issuers').selectAll().where('name', '=', name).executeTakeFirst()

/** Keeps an issuer until the transaction ends; false where it is gone. */
export const holdIssuer = async (trx: Transaction<Database>, name: string): Promise<boolean> =>
  (await trx.selectFrom('issuers').select('name').where('name', '=', name).forShare().executeTakeFirst()) !== undefined

/** Makes an issuer or changes the one of this name. */
export async function putIssuer(db: Kysely<Database>, issuer: Insertable<IssuersTable>): Promise<void> {
  const { name: _, created_at: _at, created_by: _by, ...changed } = issuer
  await db
    .insertInto('issuers')
    .values(issuer)
    .onConflict(conflict => conflict.column('name').doUpdateSet(changed))
    .execute()
}

/** False where there is none. */
export async function deleteIssuer(db: Kysely<Database>, name: string): Promise<boolean> {
  const deleted = await db.deleteFrom('issuers').where('name', '=', name).returning('name').executeTakeFirst()
  return deleted !== undefined
}

/** Puts a secret that was sealed anew in the place of the one that was read, unless somebody has changed it since. */
export async function resealIssuer(
  db: Kysely<Database>,
  name: string,
  before: string,
  { sealed, keyId }: { sealed: string; keyId: string },
): Promise<void> {
  await db
    .updateTable('issuers')
    .set({ sealed_secret: sealed, key_id: keyId })
    .where('name', '=', name)
    .where('sealed_secret', '=', before)
    .execute()
}

/** Notes a sign-in that goes to its issuer now, and forgets those that did not come back. */
export async function insertSignIn(db: Kysely<Database>, row: Insertable<SignInsTable>, now: Date): Promise<void> {
  await db.deleteFrom('sign_ins').where('expires_at', '<=', now).execute()
  await db.insertInto('sign_ins').values(row).execute()
}

/** The sign-in that has come back: it is there once. */
export const takeSignIn = (
  db: Kysely<Database>,
  hash: string,
  now: Date,
): Promise<Selectable<SignInsTable> | undefined> =>
  db.deleteFrom('sign_ins').where('hash', '=', hash).where('expires_at', '>', now).returningAll().executeTakeFirst()
