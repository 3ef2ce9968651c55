import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { BACK_WITHIN, type Edge, startEdge, UNREACHABLE_WITHIN } from './fixtures/edge.ts'

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
