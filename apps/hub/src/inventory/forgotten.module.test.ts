import { Readable } from 'node:stream'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { deleteCluster, lockCluster } from '../store/clusters.ts'
import { sqlState } from '../store/database-error.ts'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { AT, delta, event, list, pod, testCluster } from './fixtures/inventory.ts'
import { startInventory } from './run.ts'

/** Disconnects while batches come in. Each is a chance for the two to wait for each other. */
const ROUNDS = 25

/** A member whose lists come when they are let go, and then say that there is one object of each kind. */
function heldMember(): { transport: KubeTransport; asked: () => number; letGo: () => void } {
  const held = Promise.withResolvers<void>()
  let asked = 0
  const metadata = { name: 'a', uid: 'a', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' }
  const items = [{ metadata, usage: { cpu: '1', memory: '1Ki' }, spec: {}, status: {} }]
  return {
    asked: () => asked,
    letGo: () => held.resolve(),
    transport: {
      kind: 'direct',
      request: async () => {
        asked += 1
        await held.promise
        const body = JSON.stringify({ metadata: { resourceVersion: '1' }, items })
        return { status: 200, headers: {}, body: Readable.from([Buffer.from(body)]), trailers: () => ({}) }
      },
      upgrade: () => Promise.reject(new Error('not here')),
      [Symbol.asyncDispose]: async () => {},
    },
  }
}

describe.each(['pglite', 'postgres'] as const)('a cluster that is forgotten while it is read, on %s', engine => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store[Symbol.asyncDispose]())

  const forget = (id: string) =>
    store.db.transaction().execute(async trx => {
      await lockCluster(trx, id)
      await deleteCluster(trx, id)
    })

  test('a batch that comes after it is refused as such, and leaves nothing behind', async () => {
    const cluster = await testCluster(store, 'late')
    await list(cluster.sink, 'Pod', [pod('a')])
    await forget(cluster.id)
    const late = [
      delta(cluster.sink, 'Pod', [pod('b')], [], '2'),
      list(cluster.sink, 'Pod', [pod('b')], '3'),
      cluster.sink({ type: 'events', upserts: [event('e')], resourceVersion: '4' }),
    ]
    for (const result of await Promise.allSettled(late))
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'ClusterGoneError' } })
    for (const table of ['inventory', 'inventory_sync', 'events'] as const)
      expect(await store.db.selectFrom(table).selectAll().where('cluster_id', '=', cluster.id).execute()).toEqual([])
  })

  test('its reading ends without a word', async () => {
    const cluster = await testCluster(store, 'read')
    const warnings: unknown[] = []
    const log = { warn: (fields: object, message: string) => warnings.push({ message, ...fields }) }
    const { transport, asked, letGo } = heldMember()
    const deps = { store, changes: { publish: () => {} }, now: () => AT, log }
    await using inventory = startInventory(deps, cluster, transport)
    await eventually(() => expect(asked()).toBeGreaterThan(2), { within: 5_000 })
    await forget(cluster.id)
    letGo()
    await eventually(() => expect(inventory.ended).toBe(true), { within: 5_000 })
    expect(warnings).toEqual([])
    expect(await store.db.selectFrom('samples').selectAll().execute()).toEqual([])
  })

  test('neither waits for the other for ever', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => pod(`p${index}`))
    const changed = rows.map(row => ({ ...row, status: 'Failed' }))
    for (let round = 0; round < ROUNDS; round++) {
      const cluster = await testCluster(store, `round-${round}`)
      await list(cluster.sink, 'Pod', rows)
      const [batch, forgotten] = await Promise.allSettled([
        delta(cluster.sink, 'Pod', [...changed, pod(`new-${round}`)], [], '2'),
        forget(cluster.id),
      ])
      expect(forgotten).toMatchObject({ status: 'fulfilled' })
      if (batch.status === 'rejected') expect(sqlState(batch.reason)).toBeNull()
    }
  })
})
