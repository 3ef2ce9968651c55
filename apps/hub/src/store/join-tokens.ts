import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Database, JoinTokensTable } from './tables.ts'

export type JoinTokenRow = Selectable<JoinTokensTable>

/** Stores a new token in place of those of the cluster that nobody has used. */
export async function insertJoinToken(db: Kysely<Database>, token: Insertable<JoinTokensTable>): Promise<void> {
  await db.deleteFrom('join_tokens').where('cluster_id', '=', token.cluster_id).where('used_at', 'is', null).execute()
  await db.insertInto('join_tokens').values(token).execute()
}

/** The token with this hash, also one that is spent or expired. */
export function findJoinToken(db: Kysely<Database>, hash: string): Promise<JoinTokenRow | undefined> {
  return db.selectFrom('join_tokens').selectAll().where('hash', '=', hash).executeTakeFirst()
}

/** The newest token of a cluster. */
export function newestJoinToken(db: Kysely<Database>, clusterId: string): Promise<JoinTokenRow | undefined> {
  return db
    .selectFrom('join_tokens')
    .selectAll()
    .where('cluster_id', '=', clusterId)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Spends a token. False where somebody else was faster. */
export async function spendJoinToken(db: Kysely<Database>, id: string, now: Date): Promise<boolean> {
  const spent = await db
    .updateTable('join_tokens')
    .set({ used_at: now })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return spent !== undefined
}

/** Lets go of tokens that ended before; until then a late use can be named. */
export async function dropOldJoinTokens(db: Kysely<Database>, before: Date): Promise<void> {
  await db.deleteFrom('join_tokens').where('expires_at', '<', before).execute()
}
