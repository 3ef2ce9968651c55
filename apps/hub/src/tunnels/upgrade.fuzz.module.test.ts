import { connect } from 'node:net'
import { Problem } from '@moorage/contract/problem.ts'
import { systemClock } from '@moorage/tunnel/clock.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi } from '../api/fixtures/started-api.ts'
import { testStore } from '../store/fixtures/stores.ts'
import { believing, peerSecret } from './fixtures/replica.ts'
import { openTunnels } from './tunnels.ts'
import { tunnelUpgrades } from './upgrades.ts'

const stack = new AsyncDisposableStack()
const accepted: string[] = []
let port = 0
beforeAll(async () => {
  const store = stack.use(await testStore('pglite', ''))
  const quiet = { debug: () => {}, info: () => {}, warn: () => {} }
  const now = () => new Date()
  const tunnels = stack.use(
    await openTunnels({
      store,
      replica: 'one',
      hubVersion: '0.1.0',
      peerSecret,
      now,
      clock: systemClock,
      log: quiet,
      keysNow: async ids => new Map(ids.map(id => [id, 'key'])),
      moved: () => {},
      greeted: () => {},
    }),
  )
  const verify: typeof believing = async given => {
    const agent = await believing(given)
    accepted.push(agent.clusterId)
    return agent
  }
  const upgrades = tunnelUpgrades({ tunnels, secret: peerSecret, clock: () => performance.now(), verify })
  const api = stack.use(await startTestApi({ upgrades }))
  port = Number(new URL(api.url).port)
})
afterAll(() => stack.disposeAsync())

/** Sends bytes and gives what came back until the end, or until a 101. */
function answerTo(bytes: string | Uint8Array): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    const done = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(text)
    }
    // What is no whole request is waited for: that is no answer, and none is needed.
    const timer = setTimeout(done, 400)
    socket.on('error', done)
    socket.on('close', done)
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      if (text.startsWith('HTTP/1.1 101') || /\r\n\r\n[{<]/.test(text)) done()
    })
    socket.write(bytes)
  })
}
const head = (line: string, headers: Record<string, string>) =>
  `${line}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
const good = {
  host: 'hub',
  connection: 'Upgrade',
  upgrade: 'moorage-tunnel/1',
  authorization: 'Moorage-Agent c-1/pod',
}

test('a good request is switched, and one that lacks anything is told what, with the time of the hub', async () => {
  const line = 'GET /agent/v1/tunnel HTTP/1.1'
  expect(await answerTo(head(line, good))).toContain('101 Switching Protocols')
  const { authorization: _, ...stranger } = good
  const refused = await answerTo(head(line, stranger))
  expect(refused).toContain('401')
  expect(refused.toLowerCase()).toMatch(/\r\ndate: \w{3}, \d/)
  expect(Problem.parse(JSON.parse(refused.slice(refused.indexOf('{')))).code).toBe('agent_rejected')
  const cases: [string, Record<string, string>, string][] = [
    ['POST /agent/v1/tunnel HTTP/1.1', good, '405'],
    ['GET /agent/v1/tunnel?x=1 HTTP/1.1', good, '400'],
    [line, { ...good, upgrade: 'h2c' }, '400'],
    [line, { ...good, upgrade: 'websocket' }, '400'],
    ['GET /agent/v1/tunnel/ HTTP/1.1', good, '404'],
    ['GET /agent/v1/../v1/tunnel HTTP/1.1', good, '400'],
    ['GET /peer/v1/tunnel/c-1 HTTP/1.1', good, '401'],
    ['GET /peer/v1/tunnel/../../agent/v1/tunnel HTTP/1.1', good, '400'],
    // An upgrade that nobody takes is a request like any other.
    ['GET /livez HTTP/1.1', good, '200'],
  ]
  for (const [first, headers, status] of cases) {
    expect((await answerTo(head(first, headers))).slice(9, 12), first).toBe(status)
  }
})

test('whatever is sent, nothing but a proven agent is switched, and the hub goes on', async () => {
  const text = fc.string({ maxLength: 60 }).map(value => value.replace(/[\r\n]/g, ''))
  const headers = fc.record(
    {
      host: fc.oneof(fc.constant('hub'), text),
      connection: fc.oneof(fc.constant('Upgrade'), fc.constant('keep-alive, Upgrade'), text),
      upgrade: fc.oneof(fc.constant('moorage-tunnel/1'), fc.constant('websocket'), text),
      authorization: fc.oneof(text, fc.constant('Moorage-Agent '), fc.constant('Moorage-Peer AAAA'), text),
      'sec-websocket-protocol': fc.oneof(fc.constant('moorage-tunnel.v1'), text),
      'sec-websocket-version': fc.oneof(fc.constant('13'), text),
      'sec-websocket-key': fc.oneof(fc.constant('dGhlIHNhbXBsZSBub25jZQ=='), text),
      'content-length': fc.oneof(fc.constant('5'), fc.constant('99999999999999999999'), text),
      'transfer-encoding': fc.oneof(fc.constant('chunked'), text),
    },
    { requiredKeys: [] },
  )
  const target = fc.oneof(
    fc.constant('/agent/v1/tunnel'),
    fc.constant('/peer/v1/tunnel/c-1'),
    text.map(rest => `/peer/v1/tunnel/${rest}`),
    text.map(rest => `/agent/${rest}`),
  )
  const method = fc.constantFrom('GET', 'POST', 'CONNECT', 'get', 'BREW')
  const request = fc
    .tuple(method, target, headers, fc.uint8Array({ maxLength: 40 }))
    .map(([verb, path, fields, rest]) =>
      Buffer.concat([Buffer.from(head(`${verb} ${path} HTTP/1.1`, fields as Record<string, string>)), rest]),
    )
  await fc.assert(
    fc.asyncProperty(fc.oneof(request, fc.uint8Array({ maxLength: 200 })), async bytes => {
      const known = accepted.length
      const answer = await answerTo(bytes)
      if (answer.startsWith('HTTP/1.1 101')) expect(accepted.length).toBeGreaterThan(known)
      else if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 [2-5]\d\d /)
    }),
    { numRuns: 150 },
  )
  expect(await answerTo(head('GET /livez HTTP/1.1', { host: 'hub' }))).toContain('200')
}, 120_000)
