import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

const KEY = 'ca-rotation'

/** Ids of the clusters whose agents have taken these CAs; of other ones, nothing is known. */
export async function agentsWithCa(db: Kysely<Database>, ca: string): Promise<Set<string>> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', KEY).executeTakeFirst()
  const known = row === undefined ? null : (JSON.parse(row.value) as { ca: string; clusters: string[] })
  return new Set(known?.ca === ca ? known.clusters : [])
}

/** Keeps which agents have taken these CAs, in the place of what was known of others. */
export async function keepAgentsWithCa(db: Kysely<Database>, ca: string, clusters: ReadonlySet<string>): Promise<void> {
  const value = JSON.stringify({ ca, clusters: [...clusters] })
  await db
    .insertInto('meta')
    .values({ key: KEY, value })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
