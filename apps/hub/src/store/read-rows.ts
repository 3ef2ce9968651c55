import { type Kysely, sql } from 'kysely'
import type { Table } from './catalog.ts'
import type { Store } from './store.ts'
import type { Database } from './tables.ts'

/** Rows that are fetched at once: some 500 kB of inventory. */
const PAGE = 500

/** All rows of some tables as they were at one moment. */
export interface Rows {
  counts: Record<string, number>
  /** Of one table: JSON arrays of texts, by primary key. */
  pages(table: Table): AsyncIterable<string[]>
}

const cursorOf = (table: Table) => `moorage_backup_${table.name}`

/** `select` that gives each row as one JSON array of PostgreSQL's own texts. */
function selectLines(table: Table) {
  const values = table.columns.map(column => sql`${sql.ref(column.name)}::text`)
  const order = table.primaryKey.map(column => sql.ref(column))
  const sorted = order.length > 0 ? sql`order by ${sql.join(order)}` : sql``
  return sql`select json_build_array(${sql.join(values)})::text as line from ${sql.table(table.name)} ${sorted}`
}

/** Opens a cursor for each table in the running transaction: all see the same moment. */
async function openCursors(db: Kysely<Database>, tables: Table[], hold: boolean): Promise<Record<string, number>> {
  // Texts must not depend on the session.
  await sql`set local timezone = 'UTC'`.execute(db)
  await sql`set local datestyle = 'ISO'`.execute(db)
  await sql`set local extra_float_digits = 1`.execute(db)
  await sql`set local statement_timeout = 0`.execute(db)
  // Before the first look: a partition that is dropped is gone for those as well who look at what was before.
  await sql`lock table ${sql.join(tables.map(({ name }) => sql.table(name)))} in access share mode`.execute(db)
  const counts: Record<string, number> = {}
  for (const table of tables) {
    const counted = await sql<{ count: number }>`select count(*) as count from ${sql.table(table.name)}`.execute(db)
    counts[table.name] = counted.rows[0]!.count
    const held = hold ? sql`with hold` : sql``
    await sql`declare ${sql.id(cursorOf(table))} no scroll cursor ${held} for ${selectLines(table)}`.execute(db)
  }
  return counts
}

async function* fetchAll(db: Kysely<Database>, table: Table): AsyncIterable<string[]> {
  while (true) {
    const { rows } = await sql<{ line: string }>`
      fetch ${sql.lit(PAGE)} from ${sql.id(cursorOf(table))}`.execute(db)
    if (rows.length > 0) yield rows.map(row => row.line)
    if (rows.length < PAGE) return
  }
}

/**
 * Runs `use` on all rows of one moment. On PostgreSQL that is one long reading transaction on a connection of its
 * own. The embedded engine has one connection, which others need meanwhile, so there the cursors outlive a short
 * transaction: the engine copies the rows aside and they are fetched between other people's statements.
 */
export async function withRows<T>(store: Store, tables: Table[], use: (rows: Rows) => Promise<T>): Promise<T> {
  if (store.engine === 'postgres') {
    const reading = store.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
    return reading.execute(async trx => {
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx)
      const counts = await openCursors(trx, tables, false)
      return use({ counts, pages: table => fetchAll(trx, table) })
    })
  }
  const counts = await store.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(trx => openCursors(trx, tables, true))
  try {
    return await use({ counts, pages: table => fetchAll(store.db, table) })
  } finally {
    for (const table of tables) await sql`close ${sql.id(cursorOf(table))}`.execute(store.db)
  }
}
