import { once } from 'node:events'
import tls from 'node:tls'
import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { BACK_WITHIN, type Edge, startEdge, UNREACHABLE_WITHIN } from './fixtures/edge.ts'

let edge: Edge

beforeAll(async () => {
  edge = await startEdge('between')
}, 120_000)
afterAll(() => edge?.[Symbol.asyncDispose]())
afterEach(async () => {
  edge.proxy.pass()
  await edge.becomes('Running', BACK_WITHIN)
  await edge.settles()
})

const passes = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** ms; an idle connection gets an empty line every 10 s, looked at every second. Load balancers allow 30 s or more. */
const IDLE = 12_500

test('a load balancer that ends idle connections finds none, and nothing is dialled anew for it', async () => {
  const { accepted, ended } = edge.proxy
  const before = await edge.events()
  edge.proxy.set({ kind: 'idle', ms: IDLE })
  const watch = edge.watch()
  await passes(IDLE + 5_000)
  await edge.follows()
  expect(await watch.stop()).toEqual(['Running'])
  expect(edge.proxy.ended - ended).toBe(0)
  // None in place of one that ended: those that the hub wanted beside.
  expect(edge.proxy.accepted - accepted).toBeLessThan(12)
  expect(await edge.events()).toEqual(before)
})

test('one that allows less, and forgets them without a word, is lived with', async () => {
  edge.proxy.set({ kind: 'idle', ms: 2_000, silently: true })
  const { ended } = edge.proxy
  const watch = edge.watch()
  await passes(8_000)
  expect(edge.proxy.ended).toBeGreaterThan(ended)
  edge.proxy.pass()
  await edge.follows()
  const phases = await watch.stop()
  expect(phases, 'no connection lives for longer than 2 s: away is what it may be, but no error').not.toContain('Error')
})

test('a proxy that collects small writes makes it slow, and no more', async () => {
  const before = await edge.events()
  edge.proxy.set({ kind: 'buffer', ms: 400, bytes: 4_096 })
  const watch = edge.watch()
  await edge.follows()
  await passes(3_000)
  await edge.follows()
  expect(await watch.stop()).toEqual(['Running'])
  // New connections are opened through it as well.
  edge.proxy.resetOpen()
  await edge.follows()
  expect((await edge.events()).slice(0, -before.length).map(({ reason }) => reason)).not.toContain('Silent')
})

test('whoever opens TLS on the way is not believed: the agent says whose CA it sees, and is back when that one is gone', async () => {
  const ca = await createCa('Corporate inspection')
  const server = tls.createServer(await ca.issue({ commonName: 'inspection', hosts: ['127.0.0.1'] }), socket => {
    socket.on('error', () => {})
    socket.resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const hub = edge.target.port
  try {
    edge.target.port = (server.address() as { port: number }).port
    edge.proxy.resetOpen()
    const away = await edge.becomes('Unreachable', UNREACHABLE_WITHIN)
    console.info('Unreachable after', away, 'ms')
    const said = edge.agent.logs().map(({ because }) => String(because))
    const told = said.findLast(text => text.includes('Corporate inspection'))
    expect(told).toMatch(/can not be verified.*comes from “Corporate inspection”.*The agent trusts “.*Moorage/)
    const { conditions } = await edge.cluster()
    expect(conditions.find(({ type }) => type === 'Connected')).toMatchObject({ reason: 'AgentDisconnected' })
  } finally {
    edge.target.port = hub
    server.close()
  }
  await edge.becomes('Running', BACK_WITHIN)
  await edge.follows()
})
