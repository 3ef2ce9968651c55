import { readBounded } from '@moorage/kube/read-body.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { startFaultProxy } from '@moorage/testkit/fault-proxy.ts'
import type { Pool } from '@moorage/tunnel/pool.ts'
import { expect, test } from 'vitest'
import { runTestAgent } from './fixtures/run.ts'
import { STAND_IN_UID, startStandInApiServer } from './fixtures/stand-in-api-server.ts'
import { STAND_IN_INSTANCE, startStandInHub } from './fixtures/stand-in-hub.ts'
import { startStandInProxy } from './fixtures/stand-in-proxy.ts'
import { hashOf } from './identity/assertion.ts'

const TOKEN = `join_${'a'.repeat(43)}`

/** Sends a request through the tunnel, as the hub does. */
async function ask(
  pool: Pool,
  method: string,
  path: string,
  more: { headers?: Record<string, string>; body?: string } = {},
) {
  const request = { method: method as 'GET', path, headers: {}, ...more }
  const answer = await pool.request(request, AbortSignal.timeout(10_000))
  const text = (await readBounded(answer.body, 1_000_000)).toString()
  return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) }
}

const claims = (authorization: string) =>
  JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString())

test('joins by its token, keeps a key of its own, and opens spare connections and the link', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0 && hub.pool.stats().idle >= 2, { within: 15_000 })

  expect(hub.calls.map(({ path, authorization }) => [path, authorization])).toEqual([
    ['/agent/v1/hello', `Bearer ${TOKEN}`],
    ['/agent/v1/register', `Bearer ${TOKEN}`],
  ])
  expect(hub.calls[0]?.body).toEqual({ version: '0.1.0', pod: 'pod-1', proxied: false })
  expect(hub.calls[1]?.body).toMatchObject({
    clusterUid: STAND_IN_UID,
    mode: 'read-only',
    publicKey: { kty: 'OKP', crv: 'Ed25519' },
  })
  expect(hub.calls[1]?.body.publicKey).not.toHaveProperty('d')
  expect(plane.secret.key).toContain('PRIVATE KEY')
  expect(plane.secret.joined).toBe(hashOf(TOKEN))
  expect(hub.heard[0]).toEqual({
    type: 'hello',
    version: '0.1.0',
    mode: 'read-only',
    namespace: 'moorage-system',
    pod: 'pod-1',
    proxied: false,
    spares: 2,
  })
  expect(claims(hub.upgrades[0]?.authorization ?? '')).toMatchObject({
    aud: STAND_IN_INSTANCE,
    act: 'GET /agent/v1/tunnel',
    uid: STAND_IN_UID,
    pod: 'pod-1',
  })
  const ids = hub.upgrades.map(({ authorization }) => claims(authorization).jti)
  expect(new Set(ids).size).toBe(ids.length)
  expect(await agent.stop()).toBe('stopped')
  // Nothing secret was logged.
  const said = JSON.stringify(agent.logs)
  for (const secret of [TOKEN, plane.secret.key ?? '', 'own-token']) expect(said).not.toContain(secret.slice(0, 40))
})

test('a process that starts again goes by its key and leaves the spent token alone', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  const first = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  await first.stop()
  const calls = hub.calls.length
  await using _second = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 1, { within: 15_000 })
  expect(hub.calls.length).toBe(calls)
})

test('two processes that begin together agree on one key', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using _one = runTestAgent(hub, plane)
  await using _other = runTestAgent(hub, plane)
  await eventually(() => hub.calls.filter(({ path }) => path.endsWith('register')).length >= 2, { within: 15_000 })
  const keys = hub.calls.flatMap(({ body }) => (body.publicKey ? [JSON.stringify(body.publicKey)] : []))
  expect(new Set(keys).size).toBe(1)
})

test('sends reads on with its own credential, refuses the rest, and keeps its own paths to itself', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })

  const read = await ask(hub.pool, 'GET', '/api/v1/pods?limit=1', {
    headers: { authorization: 'Bearer of-the-hub', 'x-request-id': '7', accept: 'application/json' },
  })
  expect(read.json()).toMatchObject({
    path: '/api/v1/pods?limit=1',
    headers: { authorization: 'Bearer own-token', host: plane.url.host, accept: 'application/json' },
  })
  expect(read.json().headers).not.toHaveProperty('x-request-id')

  const before = plane.received.length
  for (const [method, path] of [
    ['GET', '/api/v1/secrets'],
    ['POST', '/api/v1/namespaces/default/pods'],
    ['GET', '/api/v1/namespaces/default/pods/a/exec'],
  ] as const) {
    const refused = await ask(hub.pool, method, path)
    expect(refused.status).toBe(403)
    expect(refused.json()).toMatchObject({ kind: 'Status', reason: 'Forbidden', code: 403 })
  }
  expect((await ask(hub.pool, 'GET', '/-/moorage/nothing')).status).toBe(404)
  expect((await ask(hub.pool, 'GET', '/-/other')).status).toBe(404)
  expect((await ask(hub.pool, 'GET', '/-/moorage/settings')).status).toBe(405)
  expect((await ask(hub.pool, 'GET', '/-/moorage/link')).status).toBe(400)
  expect(plane.received.length).toBe(before)
})

test('in full mode sends everything on but what would make somebody else of the hub', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using _agent = runTestAgent(hub, plane, { values: { mode: 'full' } })
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const sent = await ask(hub.pool, 'PUT', '/api/v1/namespaces/default/secrets/a', {
    headers: {
      'content-type': 'application/json',
      'impersonate-user': 'ada',
      'x-remote-user': 'admin',
      authorization: 'Bearer of-the-hub',
    },
    body: '{"a":1}',
  })
  const { headers, body, method } = sent.json()
  expect({ method, body }).toEqual({ method: 'PUT', body: '{"a":1}' })
  expect(headers).toMatchObject({ 'impersonate-user': 'ada', authorization: 'Bearer own-token' })
  expect(headers).not.toHaveProperty('x-remote-user')
  expect((await ask(hub.pool, 'GET', '/-/moorage/nothing')).status).toBe(404)
})

test('a clock that is ten minutes off is corrected by the hub’s, at registration and at dialling', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  hub.aheadMs = 600_000
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  expect(hub.calls.filter(({ path }) => path.endsWith('/register'))).toHaveLength(2)
  // And it moves once more while the agent runs.
  hub.aheadMs = -600_000
  hub.link?.[Symbol.dispose]()
  await hub.pool[Symbol.asyncDispose]()
  const upgrades = hub.upgrades.length
  await eventually(() => hub.upgrades.length >= upgrades + 2, { within: 15_000 })
})

test('says why it can not join, again and again, and joins once it may', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  let away = 3
  hub.refuse = () => {
    away -= 1
    return away >= 0 ? { status: 503, problem: { code: 'unavailable', detail: 'The hub is busy.' } } : null
  }
  await using agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const failures = agent.logs.filter(({ message }) => message === 'joining the hub failed')
  expect(failures).toHaveLength(3)
  expect(failures[0]?.facts.because).toContain('The hub is busy.')
})

test('an API server that does not say who it is, is told to the hub', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  plane.answer = ({ path }) =>
    path === '/api/v1/namespaces/kube-system'
      ? { status: 403, body: { kind: 'Status', reason: 'Forbidden', message: 'namespaces "kube-system" is forbidden' } }
      : null
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.calls.some(({ path }) => path === '/agent/v1/trouble'), { within: 15_000 })
  const told = hub.calls.find(({ path }) => path === '/agent/v1/trouble')
  expect(told).toMatchObject({ authorization: `Bearer ${TOKEN}`, body: { step: 'identity' } })
  expect(told?.body.message).toContain('is forbidden')
  plane.answer = () => null
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
})

test('a hub whose certificate comes from another CA, or has another key, is not spoken to', async () => {
  await using hub = await startStandInHub()
  await using other = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  for (const values of [{ 'ca.crt': other.ca.certPem }, { 'hub-pin': `${'A'.repeat(43)}=` }]) {
    await using agent = runTestAgent(hub, plane, { values })
    await eventually(() => agent.logs.some(({ message }) => message === 'joining the hub failed'), { within: 15_000 })
    const said = String(agent.logs.find(({ message }) => message === 'joining the hub failed')?.facts.because)
    expect(said).toMatch(
      values['ca.crt'] ? /can not be verified.*stand-in hub.*The agent trusts “stand-in hub”/ : /another public key/,
    )
  }
  expect(hub.calls).toEqual([])
})

test('where the upgrade does not pass, a WebSocket carries the same', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  hub.refuse = ({ headers }) =>
    headers.upgrade === 'moorage-tunnel/1' ? { status: 400, text: '<html>Bad Request</html>' } : null
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0 && hub.pool.stats().idle >= 2, { within: 15_000 })
  expect((await ask(hub.pool, 'GET', '/api/v1/nodes')).status).toBe(200)
  const tried = hub.upgrades.map(({ protocol }) => protocol)
  expect(tried[0]).toBe('moorage-tunnel/1')
  // It is remembered: not every connection tries the other one first.
  expect(tried.at(-1)).toBe('websocket')
})

test('goes through the proxy that the manifest or its Secret names, and says so', async () => {
  await using hub = await startStandInHub()
  await using proxy = await startStandInProxy()
  await using plane = await startStandInApiServer({
    'join-token': TOKEN,
    'https-proxy': proxy.url.replace('://', '://user:secret@'),
  })
  await using agent = runTestAgent(hub, plane, { values: { 'no-proxy': '10.0.0.0/8' } })
  await eventually(() => hub.heard.length > 0 && hub.pool.stats().idle >= 2, { within: 15_000 })
  expect(hub.calls[0]?.body).toMatchObject({ proxied: true })
  expect(hub.heard[0]).toMatchObject({ proxied: true })
  expect(proxy.opened.length).toBeGreaterThanOrEqual(4)
  expect(new Set(proxy.opened.map(({ target }) => target))).toEqual(new Set([`127.0.0.1:${hub.port}`]))
  expect((await ask(hub.pool, 'GET', '/api/v1/nodes')).status).toBe(200)
  expect(JSON.stringify(agent.logs)).not.toContain('secret@')
})

test('and past it where no-proxy says so', async () => {
  await using hub = await startStandInHub()
  await using proxy = await startStandInProxy()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  const values = { 'https-proxy': proxy.url, 'no-proxy': '127.0.0.0/8' }
  await using _agent = runTestAgent(hub, plane, { values })
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  expect(proxy.opened).toEqual([])
})

test('where the hub falls silent, everything is dialled anew', async () => {
  await using hub = await startStandInHub()
  await using wire = await startFaultProxy({ port: hub.port })
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using agent = runTestAgent(hub, plane, { values: { 'hub-url': `https://127.0.0.1:${wire.port}` } })
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  wire.stall()
  const began = performance.now()
  await eventually(() => agent.logs.some(({ facts }) => facts.because === 'silent'), { within: 20_000 })
  expect(performance.now() - began).toBeLessThan(15_000)
  const heard = hub.heard.length
  wire.resetOpen()
  wire.pass()
  await eventually(() => hub.heard.length > heard, { within: 20_000 })
})

test('a way that lets the agent in and carries nothing is left for the other protocol', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  hub.links = false
  await using agent = runTestAgent(hub, plane)
  await eventually(() => hub.upgrades.some(({ protocol }) => protocol === 'moorage-tunnel/1'), { within: 15_000 })
  await eventually(() => hub.upgrades.some(({ protocol }) => protocol === 'websocket'), { within: 30_000 })
  expect(agent.logs.some(({ message }) => message.includes('nothing comes through'))).toBe(true)
})

test('more connections come at once when the hub wants them, and not above the bound', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(hub.pool, 'GET', '/version')))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
})

test('after the hub’s end of everything has gone, all is there again by itself', async () => {
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  const hub = await startStandInHub()
  await using agent = runTestAgent(hub, plane, { values: { 'hub-url': hub.url } })
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  await hub.pool[Symbol.asyncDispose]()
  const upgrades = hub.upgrades.length
  await eventually(() => hub.upgrades.length > upgrades, { within: 15_000 })
  await hub[Symbol.asyncDispose]()
  await eventually(() => agent.logs.some(({ message }) => message === 'dialling the hub failed'), { within: 15_000 })
})

test('a cluster that the hub let go of is left by its agent, which begins with what the hub names', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  plane.answer = ({ path }) => (path === '/apis' || path === '/api' ? { status: 500, body: {} } : null)
  hub.refuse = ({ url }) =>
    url === '/agent/v1/tunnel'
      ? { status: 410, problem: { code: 'agent_removed', removal: { instance: STAND_IN_INSTANCE, objects: [] } } }
      : null
  await using agent = runTestAgent(hub, plane)
  await eventually(() => agent.logs.some(({ message }) => message === 'removal begins'), { within: 15_000 })
  // It did not come to its end here, and the agent stays.
  await eventually(() => agent.logs.some(({ message }) => message.startsWith('removal failed')), { within: 60_000 })
})

test('a removal that another hub is meant by is not begun', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const body = JSON.stringify({ instance: 'another', objects: [] })
  await expect(ask(hub.pool, 'POST', '/-/moorage/remove', { body })).rejects.toThrow()
  expect(agent.logs.find(({ message }) => message === 'removal failed')?.facts.because).toContain('another hub')
})

test('other settings are tried, kept and gone over to; ones that do not work change nothing', async () => {
  await using hub = await startStandInHub()
  await using next = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  const agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  const change = async (body: object) =>
    (await ask(hub.pool, 'POST', '/-/moorage/settings', { body: JSON.stringify(body) })).json()

  expect(await change({})).toEqual({ ok: false, why: expect.stringContaining('Neither') })
  expect(await change({ hubUrl: 'http://hub.example.com' })).toEqual({
    ok: false,
    why: expect.stringContaining('https'),
  })
  // Its CA is another one.
  expect(await change({ hubUrl: next.url })).toEqual({ ok: false, why: expect.stringContaining('can not be verified') })
  expect(plane.secret).not.toHaveProperty('settings')

  // The stand-in knows the key once it is registered.
  await fetchRegister(next, hub)
  const bundle = hub.ca.certPem + next.ca.certPem
  expect(await change({ ca: bundle })).toEqual({ ok: true })
  expect(await change({ hubUrl: next.url })).toEqual({ ok: true })
  await eventually(() => next.heard.length > 0, { within: 15_000 })
  expect(JSON.parse(plane.secret.settings ?? '')).toMatchObject({ hubUrl: `${next.url}/` })
  await agent.stop()

  // It is gone by after a restart too.
  const heard = next.heard.length
  await using _again = runTestAgent(hub, plane)
  await eventually(() => next.heard.length > heard, { within: 15_000 })
})

/** Makes the key that one stand-in has seen known to another one. */
async function fetchRegister(to: Awaited<ReturnType<typeof startStandInHub>>, from: typeof to): Promise<void> {
  const { body } = from.calls.find(({ path }) => path.endsWith('/register')) ?? { body: {} }
  const { Agent, request } = await import('undici')
  const dispatcher = new Agent({ connect: { ca: to.ca.certPem } })
  await request(`${to.url}/agent/v1/register`, { method: 'POST', dispatcher, body: JSON.stringify(body) })
  await dispatcher.destroy()
}

test('a proof against the guard sends nothing, and one against the API server only tries', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  await using _agent = runTestAgent(hub, plane)
  await eventually(() => hub.heard.length > 0, { within: 15_000 })
  plane.answer = ({ path }) =>
    path.startsWith('/api/v1/secrets')
      ? { status: 403, body: { kind: 'Status', message: 'secrets is forbidden' } }
      : null
  const prove = async (wall: string, requests: object[]) =>
    (await ask(hub.pool, 'POST', '/-/moorage/prove', { body: JSON.stringify({ wall, requests }) })).json()
  const requests = [
    { name: 'secrets', method: 'GET', path: '/api/v1/secrets' },
    { name: 'pods', method: 'GET', path: '/api/v1/pods' },
    { name: 'odd', method: 'GET', path: '/api//v1/pods' },
  ]
  const before = plane.received.length
  expect(await prove('agent', requests)).toEqual({
    results: [
      { name: 'secrets', refused: true, answer: expect.stringContaining('none of the paths') },
      { name: 'pods', refused: false, answer: 'The agent would send it on.' },
      { name: 'odd', refused: true, answer: expect.stringContaining('segment') },
    ],
  })
  expect(plane.received.length).toBe(before)

  const { results } = await prove('api-server', [
    { name: 'secrets', method: 'GET', path: '/api/v1/secrets' },
    { name: 'delete', method: 'DELETE', path: '/api/v1/namespaces/a/pods/b', body: '{"dryRun":[]}' },
    { name: 'exec', method: 'POST', path: '/api/v1/namespaces/a/pods/b/exec' },
    { name: 'trace', method: 'TRACE', path: '/api' },
  ])
  expect(results).toEqual([
    { name: 'secrets', refused: true, answer: 'secrets is forbidden' },
    { name: 'delete', refused: false, answer: 'The API server answered 200.' },
    { name: 'exec', refused: false, answer: expect.stringContaining('Not tried') },
    { name: 'trace', refused: false, answer: expect.stringContaining('Not tried') },
  ])
  expect(plane.received.at(-1)).toMatchObject({ path: '/api/v1/namespaces/a/pods/b?dryRun=All', body: '' })
})
