import { eventually } from '@moorage/testkit/eventually.ts'
import { IDLE_CLOSE_MS, SPARES } from '@moorage/tunnel/limits.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { BACK_WITHIN, type Edge, startEdge, UNREACHABLE_WITHIN } from './fixtures/edge.ts'

/** Requests of one look at the cluster: while they run as many more are dialled, and are idle between two looks. */
const AT_ONCE = 3
/** ms; requests go on meanwhile, each of which may put the end of a connection off. */
const SETTLES_MS = 30_000

let edge: Edge

beforeAll(async () => {
  edge = await startEdge('both-ends')
}, 120_000)
afterAll(() => edge?.[Symbol.asyncDispose]())
afterEach(() => edge.settles())

test('hub and agent killed at once are back by themselves, and nobody says that the cluster was away', async () => {
  await Promise.all([edge.hub.kill(), edge.agent.kill()])
  // The agent is there first, and finds nobody.
  await edge.agent.restart()
  await edge.hub.restart()
  const watch = edge.watch()
  await edge.becomes('Running', BACK_WITHIN)
  await edge.follows()
  expect(await watch.stop()).toEqual(['Running'])
  // What came at once is over: above the spares, the hub keeps what is in use and lets go of the rest.
  const burst = edge.proxy.open
  const began = performance.now()
  await eventually(
    async () => {
      const [only, ...others] = (await edge.cluster()).agent?.connections ?? []
      expect(others).toEqual([])
      expect(only?.idle).toBeLessThanOrEqual(SPARES + AT_ONCE)
      // The link and the inventory.
      expect(edge.proxy.open).toBeLessThanOrEqual(SPARES + AT_ONCE + 2)
    },
    { within: IDLE_CLOSE_MS + SETTLES_MS, every: 500 },
  )
  const took = Math.round(performance.now() - began)
  console.info(burst, 'connections when it was back,', edge.proxy.open, 'after', took, 'ms')
})

test('an API server that restarts behind the agent costs no connection of the tunnel', async () => {
  const [before, dialled] = [await edge.events(), edge.proxy.accepted]
  const began = performance.now()
  const watch = edge.watch()
  await edge.plane.stopApiServer()
  await edge.plane.startApiServer()
  const away = Math.round(performance.now() - began)
  await edge.follows()
  const phases = await watch.stop()
  console.info('API server away for', away, 'ms;', phases)
  // It is away, and comes back: that it refuses everybody at first is nobody's mistake.
  expect(phases).not.toContain('Error')
  await edge.becomes('Running', BACK_WITHIN)
  expect(await edge.events()).toEqual(before)
  // Watches that ended give their connections back; some more may be dialled for what comes at once.
  expect(edge.proxy.accepted - dialled).toBeLessThan(12)
})

test('an API server that freezes behind the agent is Unreachable within 15 s, although the tunnel lives', async () => {
  const before = await edge.events()
  edge.plane.freeze()
  const away = await edge.becomes('Unreachable', UNREACHABLE_WITHIN)
  const { conditions } = await edge.cluster()
  const of = (type: string) => conditions.find(condition => condition.type === type)
  expect(of('Connected')).toMatchObject({ status: 'True', reason: 'Tunnel' })
  expect(of('APIServerReachable')?.status).not.toBe('True')
  edge.plane.thaw()
  const back = await edge.becomes('Running', 5_000)
  await edge.follows()
  expect(await edge.events()).toEqual(before)
  console.info('frozen: Unreachable after', away, 'ms; Running', back, 'ms after it went on')
})
