import type { Change } from '@moorage/contract/hub.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { sql } from 'kysely'
import { describe, expect, inject, test } from 'vitest'
import { testDeps, testPlace, testStore } from '../store/fixtures/stores.ts'
import { openStore } from '../store/open.ts'
import { startChanges } from './changes.ts'

const change = (cluster: string, kinds: string[] = []): Change => ({
  type: 'inventory',
  cluster,
  name: cluster,
  kinds,
  at: '2026-01-01T00:00:00.000Z',
})

function collect(changes: AsyncIterable<Change>): { seen: Change[]; ended: Promise<void> } {
  const seen: Change[] = []
  const ended = (async () => {
    for await (const one of changes) seen.push(one)
  })()
  return { seen, ended }
}

describe.each(['pglite', 'postgres'] as const)('changes on %s', engine => {
  test('reach every subscriber, merged', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    await using bus = await startChanges({ store, ...testDeps })
    const stop = new AbortController()
    const one = collect(bus.subscribe(stop.signal))
    const two = collect(bus.subscribe(stop.signal))
    for (let n = 0; n < 500; n++) bus.publish(change('a', [n % 2 ? 'Pod' : 'Node']))
    bus.publish(change('b'))
    await eventually(() => expect(two.seen).toEqual([change('a', ['Node', 'Pod']), change('b')]), { within: 5_000 })
    expect(one.seen).toEqual(two.seen)
    stop.abort()
    await Promise.all([one.ended, two.ended])
  })

  test('a subscriber that does not read costs nothing and gets the newest', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    await using bus = await startChanges({ store, ...testDeps })
    const stop = new AbortController()
    const slow = bus.subscribe(stop.signal)[Symbol.asyncIterator]()
    const fast = collect(bus.subscribe(stop.signal))
    for (let round = 1; round <= 3; round++) {
      bus.publish(change('a', [`Kind${round}`]))
      await eventually(() => expect(fast.seen).toHaveLength(round), { within: 5_000 })
    }
    expect((await slow.next()).value).toEqual(change('a', ['Kind1', 'Kind2', 'Kind3']))
    stop.abort()
    expect((await slow.next()).done).toBe(true)
    await fast.ended
  })

  test('end for subscribers when the bus does', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const bus = await startChanges({ store, ...testDeps })
    const { ended, seen } = collect(bus.subscribe(new AbortController().signal))
    bus.publish(change('last'))
    await bus[Symbol.asyncDispose]()
    await ended
    expect(seen.length).toBeLessThanOrEqual(1)
  })
})

test('changes go from one replica to another, also after the listening connection was lost', async () => {
  await using place = await testPlace('postgres', inject('databaseUrl'))
  await using here = await openStore(place.config, { ...testDeps, warn: () => {} })
  await using there = await openStore(place.config, { ...testDeps, warn: () => {} })
  await using sending = await startChanges({ store: here, ...testDeps })
  await using hearing = await startChanges({ store: there, ...testDeps })
  const stop = new AbortController()
  const { seen, ended } = collect(hearing.subscribe(stop.signal))
  sending.publish(change('a'))
  await eventually(() => expect(seen).toEqual([change('a')]), { within: 5_000 })

  await sql`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %' and pid <> pg_backend_pid()`.execute(
    here.db,
  )
  // Something may have been missed: that is told as a change of anything.
  await eventually(() => expect(seen).toContainEqual(expect.objectContaining({ type: 'cluster', cluster: '' })), {
    within: 15_000,
  })
  sending.publish(change('b'))
  await eventually(() => expect(seen).toContainEqual(change('b')), { within: 15_000 })
  stop.abort()
  await ended
})
