import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import { readSync } from '../store/inventory-sync.ts'
import type { Store } from '../store/store.ts'
import { AT, delta, event, list, pod, row, type TestCluster, testCluster } from './fixtures/inventory.ts'
import { startIngest } from './ingest.ts'

describe.each(['pglite', 'postgres'] as const)('ingest on %s', engine => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store[Symbol.asyncDispose]())

  const names = async ({ id }: TestCluster, kind: string) =>
    (
      await store.db
        .selectFrom('inventory')
        .select('name')
        .where('cluster_id', '=', id)
        .where('kind', '=', kind)
        .orderBy('name')
        .execute()
    ).map(({ name }) => name)
  const sync = async ({ id }: TestCluster, kind: string) => (await readSync(store.db, id)).find(of => of.kind === kind)!
  /** Changes with every write of any row, also one that writes the same. */
  const writes = async ({ id }: TestCluster) =>
    (
      await sql<{ name: string; at: string }>`
        select name, xmin::text || ctid::text as at from inventory where cluster_id = ${id} order by name`.execute(
        store.db,
      )
    ).rows

  test('a list stores its rows, the resume point and the count', async () => {
    const cluster = await testCluster(store, 'first')
    await list(cluster.sink, 'Pod', [pod('a'), pod('b')], '17')
    expect(await names(cluster, 'Pod')).toEqual(['a', 'b'])
    expect(await sync(cluster, 'Pod')).toMatchObject({
      state: 'watching',
      resourceVersion: '17',
      count: 2,
      syncedAt: AT,
    })
  })

  test('a cluster that makes up objects without end fills no more than its bound', async () => {
    const cluster = await testCluster(store, 'endless')
    const sink = startIngest({ store, now: () => AT, changed: () => {}, mostOfAKind: 3 }, cluster.id)
    await list(sink, 'Pod', [pod('a'), pod('b')], '1')
    await delta(sink, 'Pod', [pod('c')], [], '2')
    await expect(delta(sink, 'Pod', [pod('d')], [], '3')).rejects.toThrow('more than 3 objects')
    await expect(list(sink, 'Pod', [pod('a'), pod('e'), pod('f')], '4')).rejects.toThrow('more than 3 objects')
    expect(await names(cluster, 'Pod')).toEqual(['a', 'b', 'c'])
    await list(sink, 'Pod', [pod('a')], '5')
    await delta(sink, 'Pod', [pod('d')], [], '6')
    expect(await names(cluster, 'Pod')).toEqual(['a', 'd'])
  })

  test('an event of the future is one of now', async () => {
    const cluster = await testCluster(store, 'future')
    const upserts = [event('e', { lastSeen: '2999-01-01T00:00:00Z' })]
    await cluster.sink({ type: 'events', upserts, resourceVersion: '1' })
    const rows = await store.db.selectFrom('events').select('last_seen').where('cluster_id', '=', cluster.id).execute()
    expect(rows).toEqual([{ last_seen: AT }])
  })

  test('the end of a list sweeps what it did not have, of its own kind and cluster only', async () => {
    const cluster = await testCluster(store, 'sweep')
    const other = await testCluster(store, 'sweep-other')
    await list(cluster.sink, 'Pod', [pod('a'), pod('b'), pod('c')])
    await list(cluster.sink, 'Service', [row('Service', 'a')])
    await list(other.sink, 'Pod', [pod('a')])
    await list(cluster.sink, 'Pod', [pod('b')], '2')
    expect(await names(cluster, 'Pod')).toEqual(['b'])
    expect(await sync(cluster, 'Pod')).toMatchObject({ count: 1, resourceVersion: '2' })
    expect(await names(cluster, 'Service')).toEqual(['a'])
    expect(await names(other, 'Pod')).toEqual(['a'])
    await list(cluster.sink, 'Pod', [], '3')
    expect(await names(cluster, 'Pod')).toEqual([])
  })

  test('an object that was made anew under its old name is kept', async () => {
    const cluster = await testCluster(store, 'anew')
    await list(cluster.sink, 'Pod', [pod('a', { uid: 'old' })])
    await list(cluster.sink, 'Pod', [pod('a', { uid: 'new' })])
    expect(await names(cluster, 'Pod')).toEqual(['a'])
  })

  test('a second list that is the same writes no row, and raises no version', async () => {
    const cluster = await testCluster(store, 'same')
    const rows = Array.from({ length: 1200 }, (_, index) => pod(`p${index}`))
    await list(cluster.sink, 'Pod', rows)
    const [before, { version }] = [await writes(cluster), await sync(cluster, 'Pod')]
    await list(cluster.sink, 'Pod', rows, '2')
    expect(await writes(cluster)).toEqual(before)
    expect((await sync(cluster, 'Pod')).version).toBe(version)
  })

  test('a delta adds, changes and removes, and moves the resume point', async () => {
    const cluster = await testCluster(store, 'delta')
    await list(cluster.sink, 'Pod', [pod('a'), pod('b')])
    const gone = [
      { namespace: 'shop', name: 'b' },
      { namespace: 'shop', name: 'never-was' },
    ]
    await delta(cluster.sink, 'Pod', [pod('a', { status: 'Failed' }), pod('c')], gone, '9')
    expect(await names(cluster, 'Pod')).toEqual(['a', 'c'])
    expect(await sync(cluster, 'Pod')).toMatchObject({ count: 2, resourceVersion: '9', version: 2 })
    // Twice the same, as after a restart that came between storing and hearing of it.
    await delta(cluster.sink, 'Pod', [pod('a', { status: 'Failed' }), pod('c')], gone, '9')
    expect(await sync(cluster, 'Pod')).toMatchObject({ count: 2, version: 2 })
  })

  test('only what people see is told as a change', async () => {
    const cluster = await testCluster(store, 'told')
    await list(cluster.sink, 'Pod', [pod('a')])
    cluster.changed.length = 0
    await delta(cluster.sink, 'Pod', [pod('a')], [], '2')
    await delta(cluster.sink, 'Pod', [], [], '3')
    expect(cluster.changed).toEqual([])
    await delta(cluster.sink, 'Pod', [pod('a', { status: 'Failed' })], [], '4')
    expect(cluster.changed).toEqual(['Pod'])
  })

  test('killed within a list, there is no resume point, and the next list leaves no row behind', async () => {
    const cluster = await testCluster(store, 'killed')
    await list(cluster.sink, 'Pod', [pod('a'), pod('b')], '5')
    await cluster.sink({ type: 'list-start', kind: 'Pod' })
    await cluster.sink({ type: 'rows', kind: 'Pod', rows: [pod('c')] })
    // The hub ends here; another process reads what is stored and starts with a sink of its own.
    expect(await sync(cluster, 'Pod')).toMatchObject({ state: 'listing', resourceVersion: null })
    const next = startIngest({ store, now: () => AT, changed: () => {} }, cluster.id)
    await list(next, 'Pod', [pod('b')], '8')
    expect(await names(cluster, 'Pod')).toEqual(['b'])
    expect(await sync(cluster, 'Pod')).toMatchObject({ count: 1, resourceVersion: '8' })
  })

  test('a delta that can not be stored leaves rows and resume point as they were', async () => {
    const cluster = await testCluster(store, 'atomic')
    await list(cluster.sink, 'Pod', [pod('a')], '5')
    const broken = pod('b', { createdAt: 'not a time' })
    await expect(
      delta(cluster.sink, 'Pod', [pod('c'), broken], [{ namespace: 'shop', name: 'a' }], '6'),
    ).rejects.toThrow()
    expect(await names(cluster, 'Pod')).toEqual(['a'])
    expect(await sync(cluster, 'Pod')).toMatchObject({ count: 1, resourceVersion: '5' })
  })

  test('text that PostgreSQL does not take is stored without it', async () => {
    const cluster = await testCluster(store, 'text')
    const odd = pod('odd', { status: 'a\0b\ud800c', labels: { 'k\0': 'v\udfff' } })
    await list(cluster.sink, 'Pod', [odd, pod('even')])
    await cluster.sink({ type: 'events', upserts: [event('e', { message: 'x\0y' })], resourceVersion: '1' })
    expect(await names(cluster, 'Pod')).toEqual(['even', 'odd'])
  })

  test('states are stored with their reason, and a list takes them back', async () => {
    const cluster = await testCluster(store, 'state')
    await cluster.sink({ type: 'state', kind: 'Pod', state: 'forbidden', message: 'no pods for you' })
    expect(await sync(cluster, 'Pod')).toMatchObject({ state: 'forbidden', message: 'no pods for you' })
    await list(cluster.sink, 'Pod', [])
    expect(await sync(cluster, 'Pod')).toMatchObject({ state: 'watching', message: null })
  })

  test('an event that recurs is one row, with its newest count', async () => {
    const cluster = await testCluster(store, 'events')
    const send = (count: number, lastSeen: string, resourceVersion: string) =>
      cluster.sink({ type: 'events', upserts: [event('e1', { count, lastSeen })], resourceVersion })
    await send(1, '2026-05-01T11:00:00Z', '1')
    await send(2, '2026-05-01T11:05:00Z', '2')
    await send(2, '2026-05-01T11:05:00Z', '3')
    const rows = await store.db.selectFrom('events').selectAll().where('cluster_id', '=', cluster.id).execute()
    expect(rows).toMatchObject([{ uid: 'e1', count: 2, last_seen: new Date('2026-05-01T11:05:00Z') }])
    expect(await sync(cluster, 'Event')).toMatchObject({ resourceVersion: '3', version: 2 })
  })
})
