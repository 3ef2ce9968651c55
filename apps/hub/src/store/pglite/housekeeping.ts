import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.ts'

/** How often the engine is looked after. */
const EVERY_MS = 30_000
/** A checkpoint is due after this much write-ahead log, which is also what a start after kill -9 has to replay. */
const CHECKPOINT_BYTES = 32 * 1024 * 1024
/** As autovacuum's defaults: a table is due at 50 dead rows and 20 % of its rows, statistics at 10 %. */
const DEAD_ROWS = 50
const DEAD_SHARE = 0.2
const CHANGED_SHARE = 0.1

export interface TableUse {
  table: string
  live: number
  dead: number
  changed: number
}

/** Which tables are due for what. */
export function due(use: TableUse[]): { vacuum: string[]; analyze: string[] } {
  const vacuum = use.filter(({ live, dead }) => dead > DEAD_ROWS + DEAD_SHARE * live).map(({ table }) => table)
  const analyze = use
    .filter(({ table, live, changed }) => !vacuum.includes(table) && changed > DEAD_ROWS + CHANGED_SHARE * live)
    .map(({ table }) => table)
  return { vacuum, analyze }
}

/** One round of what PostgreSQL's background processes do: the embedded engine has none. */
export async function keepHouse(db: Kysely<Database>, lastCheckpoint: string): Promise<string> {
  const { rows } = await sql<TableUse>`
    select relname as table, n_live_tup as live, n_dead_tup as dead, n_mod_since_analyze as changed
    from pg_stat_user_tables where schemaname = 'public'`.execute(db)
  const { vacuum, analyze } = due(rows)
  for (const table of vacuum) await sql`vacuum (analyze) ${sql.table(table)}`.execute(db)
  for (const table of analyze) await sql`analyze ${sql.table(table)}`.execute(db)

  const written = await sql<{ at: string; bytes: number }>`
    select pg_current_wal_lsn()::text as at, pg_wal_lsn_diff(pg_current_wal_lsn(), ${lastCheckpoint}::pg_lsn) as bytes`.execute(
    db,
  )
  const { at, bytes } = written.rows[0]!
  if (bytes < CHECKPOINT_BYTES) return lastCheckpoint
  await sql`checkpoint`.execute(db)
  return at
}

/** Looks after the engine until disposed of. */
export function startHousekeeping(db: Kysely<Database>, failed: (error: unknown) => void): AsyncDisposable {
  let lastCheckpoint = '0/0'
  let running = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    running = keepHouse(db, lastCheckpoint)
      .then(at => {
        lastCheckpoint = at
      })
      .catch(failed)
      .finally(() => {
        busy = false
      })
  }, EVERY_MS)
  timer.unref()
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await running
    },
  }
}
