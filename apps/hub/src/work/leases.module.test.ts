import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { startLeases } from './leases.ts'

/** Times are short here: a lease lives for 1.5 s. */
const times = { ttlMs: 1500, renewEveryMs: 200, clock: () => performance.now(), warn: () => {} }
/** Another replica: it must not drop leases at its start, as the embedded engine's one process may. */
const replica = (store: Store, holder: string) =>
  startLeases({ store: { db: store.db, engine: 'postgres' }, holder, ...times })

describe.each(['pglite', 'postgres'] as const)('leases on %s', engine => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store[Symbol.asyncDispose]())

  test('are held by one of many who ask at once, and handed on when given back', async () => {
    await using stack = new AsyncDisposableStack()
    const replicas = await Promise.all(['a', 'b', 'c', 'd'].map(async name => stack.use(await replica(store, name))))
    const asked = await Promise.all(replicas.map(one => one.acquire('cluster/1')))
    const got = asked.filter(lease => lease !== null)
    expect(got).toHaveLength(1)
    await got[0]![Symbol.asyncDispose]()
    const next = await replicas[1]!.acquire('cluster/1')
    expect(next?.key).toBe('cluster/1')
    expect(await replicas[1]!.acquire('cluster/1')).toBeNull()
  })

  test('are kept by renewing', async () => {
    await using a = await replica(store, 'a')
    await using b = await replica(store, 'b')
    const lease = (await a.acquire('kept'))!
    const until = performance.now() + 2 * times.ttlMs
    while (performance.now() < until) {
      expect(await b.acquire('kept')).toBeNull()
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    expect(lease.lost.aborted).toBe(false)
  })

  test('of a hub that is gone run out', async () => {
    await startLeases({
      store: { db: store.db, engine: 'postgres' },
      holder: 'dead',
      ...times,
      renewEveryMs: 1e9,
    }).then(dead => dead.acquire('of-dead'))
    await using alive = await replica(store, 'alive')
    expect(await alive.acquire('of-dead')).toBeNull()
    await eventually(async () => expect(await alive.acquire('of-dead')).not.toBeNull(), { within: 5_000 })
  })

  test('that someone else took are told as lost', async () => {
    await using a = await replica(store, 'a')
    const lease = (await a.acquire('taken'))!
    await store.db.updateTable('leases').set({ holder: 'thief' }).where('key', '=', 'taken').execute()
    await eventually(() => expect(lease.lost.aborted).toBe(true), { within: 5_000 })
  })

  test('are lost when the database does not answer in time', async () => {
    let away = false
    const db = new Proxy(store.db, {
      get: (target, name) => {
        if (away) throw new Error('the database is away')
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    await using a = await startLeases({ store: { db, engine: 'postgres' }, holder: 'a', ...times })
    const lease = (await a.acquire('away'))!
    away = true
    await eventually(() => expect(lease.lost.aborted).toBe(true), { within: 5_000 })
    away = false
  })
})

test('an embedded database has no leases of others at the start', async () => {
  await using store = await testStore('pglite', inject('databaseUrl'))
  await using killed = await replica(store, 'killed')
  await killed.acquire('k')
  await using started = await startLeases({ store, holder: 'new', ...times })
  expect(await started.acquire('k')).not.toBeNull()
})
