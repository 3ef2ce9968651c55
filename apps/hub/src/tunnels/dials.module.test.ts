import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { testCluster } from '../inventory/fixtures/inventory.ts'
import { testStore } from '../store/fixtures/stores.ts'
import { startTestReplica } from './fixtures/replica.ts'
import { startStandIn } from './fixtures/stand-in.ts'
import { DIAL_BURST } from './limits.ts'

/** Dials that may be under way while the hub has not seen yet what they are for. */
const UNDER_WAY = 12

test('each session takes a connection, and the dials in their places are never too many', async () => {
  await using store = await testStore('pglite', '')
  const { id } = await testCluster(store, 'alpha')
  await using replica = await startTestReplica(store, 'one')
  const { tunnels } = replica
  await using agent = await startStandIn({ hub: replica.hub, clusterId: id, pod: 'pod-a' })
  await eventually(
    async () => {
      expect(await tunnels.connected(id)).toBe(true)
      expect(agent.dialling.stats()).toMatchObject({ idle: 2, dialling: 0 })
    },
    { within: 5_000 },
  )
  // Nearly all that may come at once has come: a dial comes ahead of the word that a connection was used up.
  for (let count = 0; count < DIAL_BURST - UNDER_WAY; count += 1) tunnels.mayDial(id)
  await using transport = tunnels.transport(id)
  const session = { method: 'GET' as const, path: '/exec', headers: { connection: 'Upgrade', upgrade: 'echo' } }
  for (let count = 0; count < 60; count += 1)
    (await transport.upgrade(session, AbortSignal.timeout(5_000))).socket.destroy()
  expect(agent.failures).toEqual([])
})
