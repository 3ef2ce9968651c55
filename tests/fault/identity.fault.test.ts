import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Imported } from '@moorage/contract/agent.ts'
import { startAgent } from '@moorage/testkit/agent-process.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { BACK_WITHIN, type Edge, startEdge } from './fixtures/edge.ts'

/** Loaded into a process, it makes its clock a liar. */
const SHIFTED_CLOCK = fileURLToPath(import.meta.resolve('@moorage/testkit/shifted-clock.ts'))
const MINUTE = 60_000

let edge: Edge

beforeAll(async () => {
  edge = await startEdge('identity')
}, 120_000)
afterAll(() => edge?.[Symbol.asyncDispose]())
afterEach(async () => {
  await edge.becomes('Running', BACK_WITHIN)
  await edge.settles()
})

interface Answer {
  status: number
  problem: { code?: string; step?: string; detail?: string }
  date: number
}

async function post(path: string, token: string, body: object): Promise<Answer> {
  const answer = await edge.hub.fetch(path, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } })
  return {
    status: answer.status,
    problem: (await answer.json()) as Answer['problem'],
    date: Date.parse(answer.headers.get('date') ?? ''),
  }
}

/** Asks for a tunnel with this assertion. */
async function dial(assertion: string): Promise<Answer> {
  const request = https.request(`${edge.hub.url}/agent/v1/tunnel`, {
    ca: readFileSync(edge.hub.caPath),
    agent: false,
    headers: { connection: 'Upgrade', upgrade: 'moorage-tunnel/1', authorization: `Moorage-Agent ${assertion}` },
  })
  request.end()
  const [kind, response, socket] = await Promise.race([
    once(request, 'upgrade').then(([head, raw]) => ['upgrade', head, raw]),
    once(request, 'response').then(([head]) => ['response', head, null]),
  ])
  const date = Date.parse(response.headers.date ?? '')
  if (kind === 'upgrade') {
    socket.destroy()
    return { status: 101, problem: {}, date }
  }
  const chunks = await response.toArray()
  return { status: response.statusCode, problem: JSON.parse(Buffer.concat(chunks).toString()), date }
}

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const seconds = (ms: number) => Math.floor(ms / 1000)

const publicPart = (key: KeyObject) => {
  const { crv, kty, x } = key.export({ format: 'jwk' })
  return { crv, kty, x }
}

/** The agent's own key, out of its Secret: what a thief would have. */
async function stolen() {
  const { data } = await edge.plane.api.get('/api/v1/namespaces/moorage-system/secrets/moorage-agent')
  const key = createPrivateKey(Buffer.from(data.key, 'base64').toString())
  const jwk = publicPart(key)
  // RFC 7638: the required members in their order.
  const kid = createHash('sha256').update(JSON.stringify(jwk)).digest('base64url')
  return { key, kid, jwk, token: Buffer.from(data['join-token'], 'base64').toString() }
}
function signed(key: KeyObject, kid: string, claims: object): string {
  const text = `${base64({ alg: 'EdDSA', kid })}.${base64(claims)}`
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
}
const instance = () => {
  const config = parseAllDocuments(edge.manifest).map(document => document.toJS())
  return config.find(object => object.kind === 'ConfigMap').data['hub-instance'] as string
}
const claims = async (at: number) => ({
  aud: instance(),
  iat: seconds(at),
  exp: seconds(at) + 60,
  jti: randomUUID(),
  act: 'GET /agent/v1/tunnel',
  uid: (await edge.cluster()).uid,
  pod: 'thief',
})

test('an assertion is good once, for a minute, for one call and one hub', async () => {
  const { key, kid } = await stolen()
  const good = await claims(Date.now())
  const assertion = signed(key, kid, good)
  expect((await dial(assertion)).status).toBe(101)
  const again = await dial(assertion)
  expect([again.status, again.problem.code]).toEqual([401, 'agent_rejected'])
  for (const wrong of [{ act: 'POST /agent/v1/trouble' }, { aud: randomUUID() }, { exp: good.iat + 600 }]) {
    const answer = await dial(signed(key, kid, { ...good, jti: randomUUID(), ...wrong }))
    expect([answer.status, answer.problem.code, answer.problem.step]).toEqual([401, 'agent_rejected', undefined])
  }
  for (const off of [-10 * MINUTE, 10 * MINUTE]) {
    const answer = await dial(signed(key, kid, await claims(Date.now() + off)))
    expect([answer.status, answer.problem.code, answer.problem.step]).toEqual([401, 'agent_rejected', 'clock'])
    expect(answer.problem.detail).toMatch(/clock is (59\d|60\d) s off/)
    expect(Math.abs(answer.date - Date.now())).toBeLessThan(5_000)
  }
})

test('a join token that was used is good for nobody else, and the owner is told who tried', async () => {
  const { key, token } = await stolen()
  const other = generateKeyPairSync('ed25519').privateKey
  const { uid } = await edge.cluster()
  const register = (by: KeyObject, jwk: object) => {
    const sub = createHash('sha256').update(token).digest('hex')
    const proof = signed(by, 'new', { aud: instance(), iat: seconds(Date.now()), jti: randomUUID(), sub, uid })
    const body = { publicKey: jwk, clusterUid: uid, version: '0.1.0', mode: 'read-only', proof }
    return post('/agent/v1/register', token, body)
  }
  const replayed = await register(other, publicPart(other))
  expect(replayed.problem.code).toBe('join_token_invalid')
  expect(replayed.problem.detail).toContain('used already')
  await eventually(
    async () => expect((await edge.events())[0]).toMatchObject({ type: 'refused', reason: 'TokenUsedTwice' }),
    { within: 3_000 },
  )
  // The key is proved, not only named.
  const unproved = await register(other, (await stolen()).jwk)
  expect(unproved.problem.code).toBe('agent_rejected')
  // Its answer may have been lost: the same key gets it again, and nothing changes by it.
  expect((await register(key, (await stolen()).jwk)).status).toBe(200)
  expect((await edge.cluster()).uid).toBe(uid)
})

test.each([10, -10])('an agent whose clock is %i minutes off joins and stays', async minutes => {
  await edge.agent.stop()
  // A new manifest: both its registration and its dials have the wrong time.
  const answer = await edge.hub.fetch('/api/v1/imports', { method: 'POST', body: { name: 'edge' } })
  const { manifest } = (await answer.json()) as Imported
  const off = await startAgent({
    dir: join(edge.dir, `off-${minutes}`),
    plane: edge.plane,
    manifest,
    pod: `off-${minutes}`,
    config: { 'hub-url': `https://127.0.0.1:${edge.proxy.port}` },
    nodeArgs: ['--import', SHIFTED_CLOCK],
    env: { MOORAGE_TEST_CLOCK_SHIFT_MS: String(minutes * MINUTE) },
  })
  try {
    await eventually(
      async () => {
        const { agent } = await edge.cluster()
        expect(agent?.connections.map(connection => connection.agent)).toEqual([`off-${minutes}`])
      },
      { within: BACK_WITHIN },
    )
    await edge.becomes('Running', 5_000)
    await edge.follows()
    const differ = off.logs().find(({ msg }) => String(msg).includes('clocks differ'))
    expect(Math.abs(Number(differ?.offsetMs) + minutes * MINUTE)).toBeLessThan(5_000)
    // Later dials go by the hub's time at once.
    const { accepted } = edge.proxy
    edge.proxy.resetOpen()
    await edge.follows()
    expect(edge.proxy.accepted - accepted).toBeLessThan(20)
  } finally {
    await off.stop()
  }
  await edge.agent.restart()
})
