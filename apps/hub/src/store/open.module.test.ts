import { eventually } from '@moorage/testkit/eventually.ts'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { sqlState, uniqueViolation } from './database-error.ts'
import { testDeps, testStore } from './fixtures/stores.ts'
import { openStore } from './open.ts'
import type { Store } from './store.ts'

const cluster = (id: string) => ({
  id,
  name: `name-${id}`,
  uid: `uid-${id}`,
  project: 'default',
  labels: JSON.stringify({ tier: 'one' }),
  origin: 'connected' as const,
  connection: 'direct' as const,
  mode: 'read-only' as const,
  phase: 'Pending',
  conditions: '[]',
  facts: '{}',
  created_at: new Date(1_700_000_000_123),
  created_by: 'test',
})

describe.each(['pglite', 'postgres'] as const)('a store on %s', engine => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store[Symbol.asyncDispose]())
  afterEach(() => store.db.deleteFrom('clusters').execute())

  test('reads values as the tables say', async () => {
    await store.db.insertInto('clusters').values(cluster('a')).execute()
    const row = await store.db.selectFrom('clusters').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      labels: { tier: 'one' },
      conditions: [],
      created_at: new Date(1_700_000_000_123),
      last_seen: null,
      generation: 1,
      observed_generation: 0,
    })
    const { rows } = await sql`
      select array['a', 'b c', null] as texts, 2::bigint as big, sum(1::bigint) as sum, ${['x', 'y "z"']}::text[] as sent,
        ${null}::text as nothing, true as yes, 1.5::float8 as float`.execute(store.db)
    expect(rows[0]).toEqual({
      texts: ['a', 'b c', null],
      big: 2,
      sum: 1,
      sent: ['x', 'y "z"'],
      nothing: null,
      yes: true,
      float: 1.5,
    })
  })

  test('counts the rows that a statement changed', async () => {
    await store.db
      .insertInto('clusters')
      .values([cluster('a'), cluster('b')])
      .execute()
    const updated = await store.db.updateTable('clusters').set({ phase: 'Running' }).executeTakeFirstOrThrow()
    expect(updated.numUpdatedRows).toBe(2n)
    const deleted = await store.db.deleteFrom('clusters').where('id', '=', 'b').executeTakeFirstOrThrow()
    expect(deleted.numDeletedRows).toBe(1n)
  })

  test('names the constraint that a statement violated', async () => {
    await store.db.insertInto('clusters').values(cluster('a')).execute()
    const same = { ...cluster('b'), uid: 'uid-a' }
    const error = await store.db
      .insertInto('clusters')
      .values(same)
      .execute()
      .catch(caught => caught)
    expect(uniqueViolation(error)).toBe('clusters_uid_key')
    expect(sqlState(error)).toBe('23505')
  })

  test('keeps a failed transaction out of the data', async () => {
    const failing = store.db.transaction().execute(async trx => {
      await trx.insertInto('clusters').values(cluster('a')).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await store.db.selectFrom('clusters').select('id').execute()).toEqual([])
  })

  test('keeps statements from outside out of an open transaction', async () => {
    const inside = Promise.withResolvers<void>()
    const outside = Promise.withResolvers<void>()
    const rolledBack = store.db.transaction().execute(async trx => {
      await trx.insertInto('clusters').values(cluster('in')).execute()
      inside.resolve()
      await outside.promise
      throw new Error('rolled back')
    })
    await inside.promise
    const inserted = store.db.insertInto('clusters').values(cluster('out')).execute()
    outside.resolve()
    await expect(rolledBack).rejects.toThrow('rolled back')
    await inserted
    const ids = await store.db.selectFrom('clusters').select('id').execute()
    expect(ids).toEqual([{ id: 'out' }])
  })

  test('runs many interleaved transactions, each whole', async () => {
    await store.db.insertInto('meta').values({ key: 'n', value: '0' }).execute()
    const raise = () =>
      store.db.transaction().execute(async trx => {
        const row = await trx
          .selectFrom('meta')
          .select('value')
          .where('key', '=', 'n')
          .forUpdate()
          .executeTakeFirstOrThrow()
        await trx
          .updateTable('meta')
          .set({ value: String(Number(row.value) + 1) })
          .where('key', '=', 'n')
          .execute()
      })
    await Promise.all(Array.from({ length: 50 }, raise))
    const row = await store.db.selectFrom('meta').select('value').where('key', '=', 'n').executeTakeFirstOrThrow()
    expect(row.value).toBe('50')
  })

  test('goes on after a statement that fails', async () => {
    await expect(sql`select nonsense`.execute(store.db)).rejects.toThrow(/nonsense/)
    expect((await sql`select 1 as one`.execute(store.db)).rows).toEqual([{ one: 1 }])
  })

  test('finds by trigrams', async () => {
    const { rows } = await sql<{ close: number }>`select similarity('nginx', 'ngins') > 0.3 as close`.execute(store.db)
    expect(rows).toEqual([{ close: true }])
  })

  test('carries a notification to every listener until it stops listening', async () => {
    const heard: string[] = []
    const first = await store.listen('news', payload => heard.push(`1 ${payload}`))
    await using _second = await store.listen('news', payload => heard.push(`2 ${payload}`))
    await using _other = await store.listen('Other', payload => heard.push(`other ${payload}`))
    await store.notify('news', 'a')
    await eventually(() => expect([...heard].sort()).toEqual(['1 a', '2 a']), { within: 5_000 })
    await first[Symbol.asyncDispose]()
    await store.notify('news', 'b')
    await store.notify('Other', 'c')
    await eventually(() => expect([...heard].sort()).toEqual(['1 a', '2 a', '2 b', 'other c']), { within: 5_000 })
  })

  test('answers nothing after it is closed', async () => {
    const closed = await testStore(engine, inject('databaseUrl'))
    await closed[Symbol.asyncDispose]()
    await expect(sql`select 1`.execute(closed.db)).rejects.toThrow()
  })
})

describe('a PostgreSQL that can not be used', () => {
  test('is named without its password', async () => {
    const url = 'postgres://moorage:planted-secret@127.0.0.1:1/hub'
    const error: unknown = await openStore({ kind: 'postgres', url }, testDeps).catch(caught => caught)
    expect(error).toMatchObject({ code: 'database_unreachable' })
    expect(String(error)).toContain('postgres://127.0.0.1:1/hub')
    expect(String(error)).not.toContain('planted-secret')
  })

  test('is refused with a wrong password', async () => {
    const url = new URL(inject('databaseUrl'))
    url.password = 'planted-secret'
    const error: unknown = await openStore({ kind: 'postgres', url: url.href }, testDeps).catch(caught => caught)
    expect(error).toMatchObject({ code: 'database_unreachable' })
    expect(String(error)).not.toContain('planted-secret')
  })
})
