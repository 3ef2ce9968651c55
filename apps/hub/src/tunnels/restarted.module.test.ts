import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { testCluster } from '../inventory/fixtures/inventory.ts'
import { listConnectionEvents } from '../store/connection-events.ts'
import { testStore } from '../store/fixtures/stores.ts'
import { connectionsOf } from '../store/tunnels.ts'
import { startTestReplica } from './fixtures/replica.ts'
import { startStandIn } from './fixtures/stand-in.ts'

/** ms; a dial, a link, and a batch of events. */
const within = { within: 10_000 }

test('a pod of the same name that is back at once leaves the end of the one before', async () => {
  await using store = await testStore('pglite', '')
  const { id } = await testCluster(store, 'restarted')
  await using replica = await startTestReplica(store, 'one')
  const { tunnels, hub } = replica
  const reasons = async () => (await listConnectionEvents(store.db, id, 10)).map(({ type, reason }) => [type, reason])
  const said = {
    version: '0.1.0',
    mode: 'read-only' as const,
    namespace: 'moorage-system',
    proxied: false,
    spares: 4,
    connections: 512,
  }
  const start = (process: string) =>
    startStandIn({ hub, clusterId: id, pod: 'pod-a', answers: { hello: { ...said, pod: 'pod-a', process } } })
  {
    await using first = await start('first')
    await eventually(async () => expect(await tunnels.connected(id)).toBe(true), within)
    await first.kill()
  }
  await using _second = await start('second')
  await eventually(
    async () =>
      expect(await reasons()).toEqual([
        ['opened', 'Connected'],
        ['closed', 'AgentRestarted'],
        ['opened', 'Connected'],
      ]),
    within,
  )
  expect((await connectionsOf(store.db, [id])).get(id)).toHaveLength(1)
})
