import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kysely, sql, type Transaction } from 'kysely'
import { sqlState } from './database-error.ts'
import { StoreError } from './store-error.ts'
import type { Database } from './tables.ts'

/** One immutable step of the schema: `0001_init.sql`. */
export interface Migration {
  version: number
  name: string
  sql: string
  sha256: string
  /** An older hub can not work on the schema after this: the file's first line is `-- breaking`. */
  breaking: boolean
}

export interface AppliedMigration {
  version: number
  name: string
  sha256: string
  breaking: boolean
}

const FOLDER = join(import.meta.dirname, 'migrations')

/** Reads the migrations that this hub knows, in order. */
export async function readMigrations(folder = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter(name => /^\d{4}_.*\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name, index) => {
      const text = await readFile(join(folder, name), 'utf8')
      const version = Number(name.slice(0, 4))
      if (version !== index + 1) throw new Error(`Migration ${name} should be number ${index + 1}.`)
      const sha256 = createHash('sha256').update(text).digest('hex')
      return { version, name: name.replace(/\.sql$/, ''), sql: text, sha256, breaking: /^-- breaking\b/.test(text) }
    }),
  )
}

/** Whether a hub that knows `known` may work on a database with `applied`. Throws a sentence where it may not. */
export function checkSchema(known: readonly AppliedMigration[], applied: readonly AppliedMigration[]): void {
  for (const row of applied) {
    const mine = known.find(migration => migration.version === row.version)
    if (!mine && row.breaking) {
      throw new StoreError(
        'schema_too_new',
        `The database has the newer schema ${row.name}, which this hub can not work on. Start the hub's newer version, or restore a backup that was made before it.`,
      )
    }
    if (mine && mine.sha256 !== row.sha256) {
      throw new StoreError(
        'migration_edited',
        `Migration ${mine.name} differs from the one that made this database. Migrations never change once released: use the hub that belongs to the database, or restore a backup into a new one.`,
      )
    }
  }
}

/**
 * Brings the schema up to date, or up to `upTo`. Safe to run from any number of hubs at once: each migration is
 * one transaction that first inserts its own row, so that others wait for it there, find it done and go on.
 */
export async function migrate(
  db: Kysely<Database>,
  migrations: readonly Migration[],
  options: { upTo?: number } = {},
): Promise<void> {
  await makeTable(db)
  checkSchema(migrations, await appliedMigrations(db))
  for (const migration of migrations) {
    if (options.upTo !== undefined && migration.version > options.upTo) return
    await db.transaction().execute(trx => applyMigration(trx, migration))
  }
  checkSchema(migrations, await appliedMigrations(db))
}

export async function applyMigration(trx: Transaction<Database>, migration: Migration): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(trx)
  const inserted = await sql`
    insert into migrations (version, name, sha256, breaking)
    values (${migration.version}, ${migration.name}, ${migration.sha256}, ${migration.breaking})
    on conflict do nothing returning version`.execute(trx)
  if (inserted.rows.length === 0) return
  try {
    await sql.raw(migration.sql).execute(trx)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StoreError('migration_failed', `Migration ${migration.name} failed and was undone: ${why}.`, {
      cause: error,
    })
  }
}

/** The migrations that made this database, in order. */
export async function appliedMigrations(db: Kysely<Database>): Promise<AppliedMigration[]> {
  const { rows } = await sql<AppliedMigration>`
    select version, name, sha256, breaking from migrations order by version`.execute(db)
  return rows
}

/** Whether a hub has ever used this database. Makes nothing in it. */
export async function isHubDatabase(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass('migrations') is not null and to_regclass('meta') is not null as there`.execute(db)
  return rows[0]?.there === true
}

/** SQLSTATEs of two that make the same table at once, `if not exists` notwithstanding. */
const MADE_AT_ONCE = ['23505', '42P07', '42710']

export async function makeTable(db: Kysely<Database>): Promise<void> {
  try {
    await sql`create table if not exists migrations (
      version integer primary key,
      name text not null,
      sha256 text not null,
      breaking boolean not null,
      applied_at timestamptz not null default now()
    )`.execute(db)
  } catch (error) {
    if (!MADE_AT_ONCE.includes(sqlState(error) ?? '')) throw error
  }
}
