import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { ask } from './fixtures/ask.ts'
import { runTestAgent } from './fixtures/run.ts'
import { STAND_IN_UID, startStandInApiServer } from './fixtures/stand-in-api-server.ts'
import { STAND_IN_INSTANCE, startStandInHub } from './fixtures/stand-in-hub.ts'
import { hashOf } from './identity/assertion.ts'

const TOKEN = `join_${'a'.repeat(43)}`

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
    process: expect.any(String),
    mode: 'read-only',
    namespace: 'moorage-system',
    pod: 'pod-1',
    proxied: false,
    spares: 2,
    connections: 512,
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

test('a manifest under another name for the same cluster does not stop an agent that has joined', async () => {
  await using hub = await startStandInHub()
  await using plane = await startStandInApiServer({ 'join-token': TOKEN })
  const first = runTestAgent(hub, plane)
  await eventually(() => plane.secret.joined !== undefined && hub.heard.length > 0, { within: 15_000 })
  await first.stop()
  plane.secret['join-token'] = `join_${'b'.repeat(43)}`
  const detail = 'This cluster is already known, as edge.'
  hub.refuse = ({ url }) =>
    url === '/agent/v1/register' ? { status: 409, problem: { code: 'cluster_exists', detail } } : null
  await using second = runTestAgent(hub, plane)
  await eventually(() => second.logs.some(({ message }) => message === 'linked'), { within: 15_000 })
  expect(JSON.stringify(second.logs)).toContain(detail)
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
