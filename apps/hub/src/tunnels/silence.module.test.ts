import { eventually } from '@moorage/testkit/eventually.ts'
import { startFaultProxy } from '@moorage/testkit/fault-proxy.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testCluster } from '../inventory/fixtures/inventory.ts'
import { listConnectionEvents } from '../store/connection-events.ts'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { get } from './fixtures/get.ts'
import { startTestReplica } from './fixtures/replica.ts'
import { startStandIn } from './fixtures/stand-in.ts'

const within = { within: 5_000 }

let store: Store
beforeAll(async () => {
  store = await testStore('pglite', '')
})
afterAll(() => store[Symbol.asyncDispose]())

// Each waits for a time that is over: side by side.
describe.concurrent('let go is', () => {
  test('an agent that says nothing any more is let go, and what waits for it ends', async () => {
    const { id } = await testCluster(store, 'silent')
    await using replica = await startTestReplica(store, 'one')
    const { tunnels, hub } = replica
    await using proxy = await startFaultProxy({ port: hub.port })
    await using _agent = await startStandIn({ hub: { ...hub, port: proxy.port }, clusterId: id, pod: 'pod-a' })
    await eventually(async () => expect(await tunnels.connected(id)).toBe(true), within)
    proxy.stall()
    const began = performance.now()
    const failed = get(tunnels.transport(id), '/version', AbortSignal.timeout(30_000))
    await expect(failed).rejects.toMatchObject({ name: 'TransportError' })
    expect(performance.now() - began).toBeLessThan(13_500)
    expect(performance.now() - began).toBeGreaterThan(6_000)
    await eventually(
      async () => expect((await listConnectionEvents(store.db, id, 1))[0]?.reason).toBe('Silent'),
      within,
    )
    proxy.pass()
    // Its own silence ends for it at about the same time, and it dials at once.
    await eventually(async () => expect((await get(tunnels.transport(id), '/version')).status).toBe(200), within)
  }, 30_000)

  test('an agent that never says who it is is let go', async () => {
    const { id } = await testCluster(store, 'nameless')
    await using replica = await startTestReplica(store, 'one')
    const { hub } = replica
    await using agent = await startStandIn({ hub, clusterId: id, pod: 'pod-a', answers: { link: 'silent' } })
    await eventually(async () => expect((await listConnectionEvents(store.db, id, 1))[0]?.reason).toBe('NoHello'), {
      within: 13_000,
    })
    expect(await replica.tunnels.connected(id)).toBe(false)
    agent.answers.link = 'greets'
    await eventually(async () => expect(await replica.tunnels.connected(id)).toBe(true), { within: 15_000 })
  }, 40_000)

  test('whoever has a key that is no longer the cluster’s is let go, whatever nobody said', {
    timeout: 40_000,
  }, async () => {
    const { id } = await testCluster(store, 'replaced')
    const keys = new Map([[id, 'key']])
    await using replica = await startTestReplica(store, 'one', { keysNow: async () => keys })
    await using agent = await startStandIn({ hub: replica.hub, clusterId: id, pod: 'pod-a' })
    await eventually(async () => expect(await replica.tunnels.connected(id)).toBe(true), within)
    const replaced = performance.now()
    keys.set(id, 'another')
    await eventually(
      async () => {
        const reasons = (await listConnectionEvents(store.db, id, 10)).map(({ reason }) => reason)
        expect(reasons).toContain('KeyNoLongerKnown')
      },
      { within: 20_000 },
    )
    expect(performance.now() - replaced).toBeLessThan(20_000)
    await agent.kill()
  })
})
