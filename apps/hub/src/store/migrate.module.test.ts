import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { describe, expect, inject, test } from 'vitest'
import { testDeps, testPlace, testStore } from './fixtures/stores.ts'
import { appliedMigrations, checkSchema, type Migration, migrate, readMigrations } from './migrate.ts'
import { openStore } from './open.ts'

const migration = (version: number, text: string, breaking = false): Migration => ({
  version,
  name: `000${version}_test`,
  sql: text,
  sha256: createHash('sha256').update(text).digest('hex'),
  breaking,
})

/** The tables of `interface Database`: types are gone when the test runs, so its text is read. */
const typedTables = () => {
  const bodyIn = (file: string, name: RegExp) => name.exec(readFileSync(new URL(file, import.meta.url), 'utf8'))![1]!
  const body =
    bodyIn('./tables.ts', /interface Database extends AccessTables \{([^}]*)\}/) +
    bodyIn('./access-tables.ts', /interface AccessTables \{([^}]*)\}/)
  return [...body.matchAll(/^ {2}(\w+):/gm)].map(match => match[1]!).sort()
}

const one = migration(1, 'create table t (n integer); insert into t values (1);')
const two = migration(2, 'insert into t values (2);')

describe.each(['pglite', 'postgres'] as const)('migrations on %s', engine => {
  test('20 hubs that migrate at once run each migration once', async () => {
    await using place = await testPlace(engine, inject('databaseUrl'))
    await using stack = new AsyncDisposableStack()
    const slow = migration(3, 'insert into t select 3 from pg_sleep(0.05);')
    // An embedded database lets one process in: there the 20 are callers.
    const shared = engine === 'pglite' ? stack.use(await openStore(place.config, testDeps)) : null
    const stores = await Promise.all(
      Array.from({ length: 20 }, async () => shared ?? stack.use(await openStore(place.config, testDeps))),
    )
    await Promise.all(stores.map(store => migrate(store.db, [one, two, slow])))
    const { rows } = await sql`select n from t order by n`.execute(stores[0]!.db)
    expect(rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(await appliedMigrations(stores[0]!.db)).toHaveLength(3)
  })

  test('a migration that fails leaves nothing', async () => {
    await using place = await testPlace(engine, inject('databaseUrl'))
    await using store = await openStore(place.config, testDeps)
    const bad = migration(2, 'insert into t values (7); insert into nowhere values (1);')
    await expect(migrate(store.db, [one, bad])).rejects.toMatchObject({
      code: 'migration_failed',
      message: expect.stringMatching(/^Migration 0002_test failed and was undone: .*nowhere/),
    })
    expect((await sql`select n from t`.execute(store.db)).rows).toEqual([{ n: 1 }])
    await migrate(store.db, [one, two])
    expect((await sql`select n from t order by n`.execute(store.db)).rows).toEqual([{ n: 1 }, { n: 2 }])
  })

  test('a hub refuses a newer schema that breaks it, and takes one that does not', async () => {
    await using place = await testPlace(engine, inject('databaseUrl'))
    await using store = await openStore(place.config, testDeps)
    await migrate(store.db, [one, two])
    await migrate(store.db, [one])
    await migrate(store.db, [one, two, migration(3, 'select 1;', true)])
    await expect(migrate(store.db, [one])).rejects.toMatchObject({
      code: 'schema_too_new',
      message: expect.stringContaining('0003_test'),
    })
  })

  test('an edited migration is noticed', async () => {
    await using place = await testPlace(engine, inject('databaseUrl'))
    await using store = await openStore(place.config, testDeps)
    await migrate(store.db, [one])
    await expect(migrate(store.db, [migration(1, 'create table t (n bigint);')])).rejects.toMatchObject({
      code: 'migration_edited',
    })
  })

  test('the hub’s own migrations make the tables that Kysely is told of', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { rows } = await sql<{ name: string }>`
      select relname as name from pg_class
      where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
        and relname <> 'migrations' order by relname`.execute(store.db)
    expect(rows.map(row => row.name)).toEqual(typedTables())
  })
})

test('our migrations are numbered without gaps and hashed', async () => {
  const migrations = await readMigrations()
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  expect(() => checkSchema(migrations, migrations)).not.toThrow()
})
