import { createHash } from 'node:crypto'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { sql } from 'kysely'
import { BACKUP_FORMAT, type BackupHeader, type BackupTrailer, type TableLine } from './backup-format.ts'
import { readTables, type Table } from './catalog.ts'
import { appliedMigrations } from './migrate.ts'
import { type Rows, withRows } from './read-rows.ts'
import type { Store } from './store.ts'

/** Backups of one embedded store that run at once would fight for its cursors. */
const running = new WeakMap<object, Promise<unknown>>()

/**
 * Writes everything in the store to `out` and ends it, while the hub goes on working. What is sealed stays sealed;
 * the header names the keys that it takes to open it.
 */
export async function writeBackup(store: Store, out: Writable, now: Date): Promise<BackupHeader> {
  const before = running.get(store.db)
  const mine = (async () => {
    await before?.catch(() => undefined)
    return write(store, out, now)
  })()
  running.set(store.db, mine)
  return mine
}

async function write(store: Store, out: Writable, now: Date): Promise<BackupHeader> {
  const tables = await readTables(store.db)
  return withRows(store, tables, async rows => {
    const header = await makeHeader(store, rows, now)
    await pipeline(Readable.from(sumUp(lines(header, tables, rows))), createGzip(), out)
    return header
  })
}

async function makeHeader(store: Store, rows: Rows, now: Date): Promise<BackupHeader> {
  const instance = await store.db.selectFrom('meta').select('value').where('key', '=', 'instance').executeTakeFirst()
  return {
    moorage: 'backup',
    format: BACKUP_FORMAT,
    at: now.toISOString(),
    instance: instance?.value ?? null,
    schema: await appliedMigrations(store.db),
    keys: await keysOf(store),
    counts: rows.counts,
  }
}

/**
 * Ids of the keys that it takes to open what is sealed: the second part of each sealed text. The first chunk of a
 * recording stands for all, as one process makes it. What the hub made for itself is among it: it makes it anew where
 * its key is lost, and then what was signed before can not be checked.
 */
async function keysOf(store: Store): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select distinct split_part(sealed, '.', 2) as key from (
      select sealed from credentials
      union all select sealed_secret from issuers where sealed_secret is not null
      union all select sealed from audit_forwards where sealed is not null
      union all select value from agents, jsonb_each_text(options -> 'sealedProxy')
      union all select value from meta where value like 'm1.%'
      union all select left(sealed, 200) from recording_chunks where n = 0
      union all select left(sealed, 200) from audit_bodies
      union all select left(typed, 200) from recordings where typed is not null
    ) all_sealed (sealed) order by key`.execute(store.db)
  return rows.map(({ key }) => key)
}

async function* lines(header: BackupHeader, tables: Table[], rows: Rows): AsyncGenerator<string[]> {
  yield [JSON.stringify(header)]
  for (const table of tables) {
    const head: TableLine = { table: table.name, columns: table.columns.map(column => column.name) }
    yield [JSON.stringify(head)]
    yield* rows.pages(table)
  }
}

/** Passes lines on as text and adds the trailer. */
async function* sumUp(pages: AsyncIterable<string[]>): AsyncGenerator<string> {
  const hash = createHash('sha256')
  let count = 0
  for await (const page of pages) {
    const text = `${page.join('\n')}\n`
    hash.update(text)
    count += page.length
    yield text
  }
  const trailer: BackupTrailer = { lines: count, sha256: hash.digest('hex') }
  yield `${JSON.stringify(trailer)}\n`
}
