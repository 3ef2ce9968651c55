import { createHash } from 'node:crypto'
import { type Insertable, type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Database, TokensTable } from './tables.ts'

export type TokenRow = Selectable<TokensTable>

const PREFIX = 'moorage_'
const TOKEN_BYTES = 32
/** In `meta`: the id of the token that the first start made, or of what a reset put in its place. */
const FIRST_TOKEN = 'first_token'

/** A new token. The prefix lets secret scanners know it. */
export const makeToken = (random: (bytes: number) => Uint8Array): string =>
  PREFIX + Buffer.from(random(TOKEN_BYTES)).toString('base64url')

/** What is stored of a token or a session's cookie: 256 random bits need no slow hash. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

export async function insertToken(db: Kysely<Database>, token: Insertable<TokensTable>): Promise<void> {
  await db.insertInto('tokens').values(token).execute()
}

/**
 * Stores the first token unless there ever was one; of several hubs that start at once, one does it. `announce` is
 * called before the token is stored for good: a hub that is killed in between makes another one the next time.
 */
export async function insertFirstToken(
  db: Kysely<Database>,
  token: Insertable<TokensTable>,
  announce: () => void,
): Promise<boolean> {
  return db.transaction().execute(async trx => {
    const first = await trx
      .insertInto('meta')
      .values({ key: FIRST_TOKEN, value: token.id })
      .onConflict(conflict => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst()
    if (!first) return false
    await insertToken(trx, token)
    announce()
    return true
  })
}

/** Whether the first token was made already. */
export async function hasFirstToken(db: Kysely<Database>): Promise<boolean> {
  const row = await db.selectFrom('meta').select('key').where('key', '=', FIRST_TOKEN).executeTakeFirst()
  return row !== undefined
}

/**
 * Revokes the first token and puts another in its place; inside the caller's transaction. False where there never was
 * a first one.
 */
export async function replaceFirstToken(
  trx: Transaction<Database>,
  token: Insertable<TokensTable>,
  now: Date,
): Promise<boolean> {
  const first = await trx
    .selectFrom('meta')
    .select('value')
    .where('key', '=', FIRST_TOKEN)
    .forUpdate()
    .executeTakeFirst()
  if (!first) return false
  await revokeToken(trx, first.value, now)
  await insertToken(trx, token)
  await trx.updateTable('meta').set({ value: token.id }).where('key', '=', FIRST_TOKEN).execute()
  return true
}

/** A token with whom it stands for; with neither a user nor a service account it is an admin's. */
export type OwnedToken = TokenRow & { user_name: string | null; service_account_name: string | null }

/** The token with this hash, if it and its owner are good at `now`. */
export function findToken(db: Kysely<Database>, hash: string, now: Date): Promise<OwnedToken | undefined> {
  return db
    .selectFrom('tokens')
    .leftJoin('users', 'users.id', 'tokens.user_id')
    .leftJoin('service_accounts', 'service_accounts.id', 'tokens.service_account_id')
    .selectAll('tokens')
    .select(['users.name as user_name', 'service_accounts.name as service_account_name'])
    .where('users.disabled_at', 'is', null)
    .where('service_accounts.disabled_at', 'is', null)
    .where('tokens.hash', '=', hash)
    .where('tokens.revoked_at', 'is', null)
    .where(where => where.or([where('tokens.expires_at', 'is', null), where('tokens.expires_at', '>', now)]))
    .executeTakeFirst()
}

/** Of whom the tokens are listed: of one user, of one service account, or just one token. */
export interface TokensOf {
  userId?: string
  serviceAccountId?: string
  tokenId?: string
}

/** Tokens that were not revoked, oldest first, after the one named by `after`. */
export async function listTokens(
  db: Kysely<Database>,
  { limit, after, of = {} }: { limit: number; after?: { createdAt: Date; id: string } | undefined; of?: TokensOf },
): Promise<{ rows: OwnedToken[]; total: number }> {
  let live = db
    .selectFrom('tokens')
    .leftJoin('users', 'users.id', 'tokens.user_id')
    .leftJoin('service_accounts', 'service_accounts.id', 'tokens.service_account_id')
    .where('tokens.revoked_at', 'is', null)
  if (of.userId !== undefined) live = live.where('tokens.user_id', '=', of.userId)
  if (of.serviceAccountId !== undefined) live = live.where('tokens.service_account_id', '=', of.serviceAccountId)
  if (of.tokenId !== undefined) live = live.where('tokens.id', '=', of.tokenId)
  const { total } = await live.select(select => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  let page = live
    .selectAll('tokens')
    .select(['users.name as user_name', 'service_accounts.name as service_account_name'])
    .orderBy('tokens.created_at')
    .orderBy('tokens.id')
    .limit(limit)
  if (after) {
    page = page.where(where =>
      where(where.refTuple('tokens.created_at', 'tokens.id'), '>', where.tuple(after.createdAt, after.id)),
    )
  }
  return { rows: await page.execute(), total }
}

/** The token with this id, unless it was revoked. */
export const findTokenById = (db: Kysely<Database>, id: string): Promise<TokenRow | undefined> =>
  db.selectFrom('tokens').selectAll().where('id', '=', id).where('revoked_at', 'is', null).executeTakeFirst()

/** Ends a token and its sessions. False where there is no such token. */
export async function revokeToken(db: Kysely<Database>, id: string, now: Date): Promise<boolean> {
  if (!db.isTransaction) return db.transaction().execute(trx => revokeToken(trx, id, now))
  const revoked = await db
    .updateTable('tokens')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  await db.deleteFrom('sessions').where('token_id', '=', id).execute()
  return revoked !== undefined
}

export async function touchToken(db: Kysely<Database>, id: string, now: Date): Promise<void> {
  await db.updateTable('tokens').set({ last_used_at: now }).where('id', '=', id).execute()
}

/** Takes a cluster's name out of the limits of tokens; those that were for it alone are revoked. */
export async function forgetClusterInTokens(db: Kysely<Database>, name: string, now: Date): Promise<void> {
  const only = JSON.stringify([name])
  await sql`
    update tokens set revoked_at = ${now}
    where revoked_at is null and scope->'clusters' @> ${only}::jsonb and scope->'clusters' <@ ${only}::jsonb`.execute(
    db,
  )
  await sql`
    update tokens set scope = jsonb_set(scope, '{clusters}', (scope->'clusters') - ${name}::text)
    where revoked_at is null and scope->'clusters' @> ${only}::jsonb`.execute(db)
}
