import type { Readable } from 'node:stream'
import { sql, type Transaction } from 'kysely'
import type { BackupHeader } from './backup-format.ts'
import { readTables, type Table } from './catalog.ts'
import { applyMigration, checkSchema, type Migration, makeTable } from './migrate.ts'
import { readBackup } from './read-backup.ts'
import type { Store } from './store.ts'
import { StoreError } from './store-error.ts'
import type { Database } from './tables.ts'

/** Rows that are inserted with one statement. */
const BATCH = 500

export interface RestoreDeps {
  migrations: readonly Migration[]
  /** Ids of the sealing keys that the hub will have. */
  keyIds: readonly string[]
  /** Restore although keys are missing: the clusters whose credentials need them will have to be connected again. */
  allowMissingKeys?: boolean
}

export interface Restored {
  header: BackupHeader
  rows: number
  /** Keys that the backup needs and that are not there. */
  missingKeys: string[]
}

/**
 * Fills an empty store from a backup: all of it or, if anything is wrong, nothing. The schema is first made as it was
 * when the backup was written, and brought up to date once the rows are in.
 */
export async function restoreBackup(store: Store, source: Readable, deps: RestoreDeps): Promise<Restored> {
  await makeTable(store.db)
  return store.db.transaction().execute(async trx => {
    await sql`set local statement_timeout = 0`.execute(trx)
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx)
    await sql`set local timezone = 'UTC'`.execute(trx)
    // Two restores at once, or a hub that starts meanwhile, wait here and then find the store filled.
    await sql`lock table migrations in access exclusive mode`.execute(trx)
    await refuseFilled(trx)
    const parts = readBackup(source)
    const first = await parts.next()
    if (first.done || first.value.type !== 'header') {
      throw new StoreError('backup_invalid', 'The file is not a whole backup: it holds no data. Nothing was changed.')
    }
    const { header } = first.value
    checkSchemaOf(header, deps.migrations)
    const missingKeys = header.keys.filter(key => !deps.keyIds.includes(key))
    if (missingKeys.length > 0 && !deps.allowMissingKeys) throw keysMissing(missingKeys)

    const old = header.schema.at(-1)?.version ?? 0
    await makeSchema(trx, deps.migrations, old)
    const counts = await insertRows(trx, parts, await readTables(trx))
    compareCounts(header, counts)
    for (const migration of deps.migrations) if (migration.version > old) await applyMigration(trx, migration)
    await moveSequences(trx)
    return { header, rows: Object.values(counts).reduce((sum, count) => sum + count, 0), missingKeys }
  })
}

async function refuseFilled(trx: Transaction<Database>): Promise<void> {
  for (const table of await readTables(trx)) {
    const { rows } = await sql`select 1 from ${sql.table(table.name)} limit 1`.execute(trx)
    if (rows.length === 0) continue
    throw new StoreError(
      'store_not_empty',
      `The database is not empty (there are rows in ${table.name}). A backup is restored into an empty data directory or database only.`,
    )
  }
}

function checkSchemaOf(header: BackupHeader, known: readonly Migration[]): void {
  const newer = header.schema.find(applied => !known.some(migration => migration.version === applied.version))
  if (newer) {
    throw new StoreError(
      'backup_too_new',
      `The backup has the newer schema ${newer.name}. Restore it with the version of the hub that wrote it, or a newer one.`,
    )
  }
  checkSchema(known, header.schema)
}

const keysMissing = (keys: string[]) =>
  new StoreError(
    'backup_keys_missing',
    `What is sealed in the backup needs ${keys.length === 1 ? 'key' : 'keys'} ${keys.join(', ')}, which this hub does not have. Put the old hub's keys folder into the data directory first, or restore with --allow-missing-keys: then connect the clusters again whose credentials need them, and what the hub has signed before may not be checkable any more.`,
  )

/** Makes the tables of schema `version`, from whatever empty ones there are. */
async function makeSchema(
  trx: Transaction<Database>,
  migrations: readonly Migration[],
  version: number,
): Promise<void> {
  const tables = await readTables(trx)
  for (const table of tables.reverse()) await sql`drop table ${sql.table(table.name)} cascade`.execute(trx)
  await sql`delete from migrations`.execute(trx)
  for (const migration of migrations) if (migration.version <= version) await applyMigration(trx, migration)
}

async function insertRows(
  trx: Transaction<Database>,
  parts: AsyncIterable<{ type: string } & object>,
  tables: Table[],
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  let into: { table: Table; columns: string[] } | null = null
  let batch: string[] = []
  const flush = async () => {
    if (!into || batch.length === 0) return
    await insertBatch(trx, into.table, into.columns, batch)
    counts[into.table.name] = (counts[into.table.name] ?? 0) + batch.length
    batch = []
  }
  for await (const part of parts as ReturnType<typeof readBackup>) {
    if (part.type === 'table') {
      await flush()
      into = findTable(tables, part.table, part.columns)
    } else if (part.type === 'row') {
      if (!into) throw new StoreError('backup_invalid', 'The backup has a row outside any table. Nothing was changed.')
      batch.push(part.line)
      if (batch.length >= BATCH) await flush()
    }
  }
  await flush()
  return counts
}

function findTable(tables: Table[], name: string, columns: string[]): { table: Table; columns: string[] } {
  const table = tables.find(known => known.name === name)
  const unknown = table ? columns.find(column => !table.columns.some(known => known.name === column)) : name
  if (!table || unknown !== undefined) {
    throw new StoreError(
      'backup_invalid',
      `The backup has an unknown table or column, ${unknown}. Nothing was changed.`,
    )
  }
  return { table, columns }
}

/** Each value goes in as the text that PostgreSQL wrote. */
async function insertBatch(
  trx: Transaction<Database>,
  table: Table,
  columns: string[],
  lines: string[],
): Promise<void> {
  const values = columns.map((column, index) => {
    const { type } = table.columns.find(known => known.name === column)!
    return sql`(r ->> ${sql.lit(index)})::${sql.raw(type)}`
  })
  try {
    await sql`
      insert into ${sql.table(table.name)} (${sql.join(columns.map(column => sql.ref(column)))})
      overriding system value
      select ${sql.join(values)} from jsonb_array_elements(${`[${lines.join(',')}]`}::jsonb) r`.execute(trx)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StoreError('backup_invalid', `Rows of ${table.name} can not be restored: ${why}. Nothing was changed.`, {
      cause: error,
    })
  }
}

function compareCounts(header: BackupHeader, counts: Record<string, number>): void {
  for (const [table, count] of Object.entries(header.counts)) {
    if ((counts[table] ?? 0) === count) continue
    throw new StoreError(
      'backup_invalid',
      `The backup has ${counts[table] ?? 0} rows of ${table}, and its header says ${count}. Nothing was changed.`,
    )
  }
}

/** Identity columns go on after the highest number that was restored. */
async function moveSequences(trx: Transaction<Database>): Promise<void> {
  const { rows } = await sql<{ table: string; column: string; sequence: string }>`
    select c.relname as table, a.attname as column, pg_get_serial_sequence(c.oid::regclass::text, a.attname) as sequence
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attidentity <> ''`.execute(trx)
  for (const { table, column, sequence } of rows) {
    await sql`
      select setval(${sequence}::regclass, coalesce((select max(${sql.ref(column)}) from ${sql.table(table)}), 0) + 1, false)`.execute(
      trx,
    )
  }
}
