import type { ConnectionEvent } from '@moorage/contract/agent.ts'
import { describe, expect, inject, test } from 'vitest'
import { testCluster } from '../inventory/fixtures/inventory.ts'
import { deleteCluster } from './clusters.ts'
import { insertConnectionEvents, listConnectionEvents, sweepConnectionEvents } from './connection-events.ts'
import { testStore } from './fixtures/stores.ts'
import { dropExpiredReplicas, dropReplica, keepReplica } from './replicas.ts'
import { connectionsOf, dropTunnels, keepTunnels, replicasOf } from './tunnels.ts'

const since = new Date('2026-05-01T12:00:00Z')
const event = (message: string, at = since): ConnectionEvent => ({
  at: at.toISOString(),
  type: 'closed',
  agent: 'pod-a',
  replica: 'one',
  address: '127.0.0.1',
  reason: 'Silent',
  message,
})

describe.each(['pglite', 'postgres'] as const)('connections on %s', engine => {
  test('events are kept newest first, within bounds, and not for a cluster that is forgotten', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { db } = store
    const { id } = await testCluster(store, 'alpha')
    const other = await testCluster(store, 'beta')
    await insertConnectionEvents(
      db,
      [1, 2, 3].map(n => ({ clusterId: id, event: event(`event ${n}`) })),
    )
    const old = event('old', new Date('2026-01-01T00:00:00Z'))
    await insertConnectionEvents(db, [
      { clusterId: 'never-known', event: event('of nobody') },
      { clusterId: other.id, event: old },
    ])
    expect(await listConnectionEvents(db, other.id, 10)).toEqual([old])
    expect(await listConnectionEvents(db, id, 2)).toEqual([event('event 3'), event('event 2')])
    await sweepConnectionEvents(db, new Date('2026-02-01T00:00:00Z'), 2)
    expect((await listConnectionEvents(db, id, 10)).map(({ message }) => message)).toEqual(['event 3', 'event 2'])
    expect(await listConnectionEvents(db, other.id, 10)).toEqual([])
    await deleteCluster(db, id)
    await insertConnectionEvents(db, [{ clusterId: id, event: event('late') }])
    expect(await db.selectFrom('connection_events').selectAll().execute()).toEqual([])
  })

  test('a tunnel is found by the replica that holds it, for as long as that says it lives', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { db } = store
    const tunnel = (agent: string, idle: number) => ({ clusterId: 'c', agent, address: null, since, idle, busy: 1 })
    await keepReplica(db, 'one', 'https://one', 60_000)
    await keepReplica(db, 'two', 'https://two', 60_000)
    await keepReplica(db, 'gone', 'https://gone', -1)
    await keepTunnels(db, 'one', [tunnel('a', 1), tunnel('b', 1)])
    await keepTunnels(db, 'two', [tunnel('a', 3)])
    await keepTunnels(db, 'gone', [tunnel('a', 9)])
    expect(await replicasOf(db, 'c')).toEqual([
      { id: 'two', url: 'https://two' },
      { id: 'one', url: 'https://one' },
    ])
    await keepTunnels(db, 'two', [tunnel('a', 0)])
    await dropTunnels(db, 'one', [{ clusterId: 'c', agent: 'b' }])
    expect((await connectionsOf(db, ['c', 'd'])).get('c')).toEqual([
      { agent: 'a', replica: 'one', since: since.toISOString(), idle: 1, busy: 1 },
      { agent: 'a', replica: 'two', since: since.toISOString(), idle: 0, busy: 1 },
    ])
    await dropReplica(db, 'one')
    expect((await replicasOf(db, 'c')).map(({ id }) => id)).toEqual(['two'])
    await dropExpiredReplicas(db)
    expect((await db.selectFrom('replicas').select('id').execute()).map(({ id }) => id)).toEqual(['two'])
    expect(await db.selectFrom('tunnels').select('replica').execute()).toEqual([{ replica: 'two' }])
  })
})
