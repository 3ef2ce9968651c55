import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/** Whether the database answers within `timeoutMs`. */
export async function storeAnswers(db: Kysely<Database>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  const asked = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Number of clusters in each phase. */
export async function clustersByPhase(db: Kysely<Database>): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('clusters')
    .select(['phase', ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy('phase')
    .execute()
  return new Map(rows.map(row => [row.phase, Number(row.count)]))
}
