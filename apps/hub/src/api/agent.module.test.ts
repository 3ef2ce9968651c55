import { Problem } from '@moorage/contract/problem.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestAgent, tokenIn } from '../agents/fixtures/agent.ts'
import { verifyAudit } from '../store/fixtures/verify-audit.ts'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'
import { MAX_CALLS, MAX_REFUSED, MAX_REGISTRATIONS } from './raw/agent-limits.ts'

/** Any UTF-16 unit; fast-check's own 'binary' takes a second to set up. */
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code))
const SECRET = 'hunter2-s3cret-planted'
const RUNS = 100

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const nextMinute = () => api.advance(61_000)
const importOne = async (name: string, json: object = {}) => {
  const response = await api.send('/api/v1/imports', { method: 'POST', json: { name, ...json } })
  const imported = (await response.json()) as { url: string; manifest: string; cluster: { id: string } }
  return { ...imported, token: tokenIn(imported.url) }
}
const post = (path: string, token: string | null, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/agent/v1/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const problemOf = async (response: Response) => Problem.parse(await response.json())

describe('what agents call', () => {
  test('hands out the image that the operator set, unless the import names its own', async () => {
    await using mirrored = await startTestApi({ agentImage: 'registry.example.org/mirror/agent' })
    const imported = async (name: string, agent: object) => {
      const response = await mirrored.send('/api/v1/imports', { method: 'POST', json: { name, agent } })
      return ((await response.json()) as { manifest: string }).manifest
    }
    expect(await imported('mirrored', {})).toContain('image: registry.example.org/mirror/agent:0.0.0-test\n')
    expect(await imported('named', { image: 'other.example.org/agent:1' })).toContain(
      'image: other.example.org/agent:1\n',
    )
  })

  test('leads from the printed address to a registered key, audited', async () => {
    const { token, url, manifest, cluster } = await importOne('edge')
    expect(url).toBe(`${api.url}/agent/v1/manifest/${token}.yaml`)
    const fetched = await fetch(url)
    expect(fetched.headers.get('content-type')).toBe('application/yaml')
    expect(await fetched.text()).toBe(manifest)
    expect((await post('hello', token, { version: '0.1.0', pod: 'p', proxied: true })).status).toBe(200)
    const agent = new TestAgent()
    const registration = await agent.registration(token, 'uid-1', { instance: 'test', now: new Date(Date.now()) })
    const registered = await post('register', token, registration)
    expect(await registered.json()).toEqual({ cluster: cluster.id })
    const steps = (await (await api.send('/api/v1/clusters/edge/import')).json()) as { steps: { status: string }[] }
    expect(steps.steps.map(({ status }) => status).slice(0, 4)).toEqual(['ok', 'ok', 'ok', 'waiting'])
    const lines = (await api.store.db.selectFrom('audit').selectAll().orderBy('seq').execute()).filter(
      ({ action }) => action === 'agents.register',
    )
    expect(lines).toMatchObject([
      { status: null, allowed: true, cluster_id: cluster.id, source: '127.0.0.1' },
      { status: 200, allowed: true, actor_kind: 'system' },
    ])
    const again = await post(
      'register',
      token,
      await new TestAgent().registration(token, 'uid-2', { instance: 'test' }),
    )
    expect(again.status).toBe(401)
    expect(await problemOf(again)).toMatchObject({ code: 'join_token_invalid' })
    const audit = await api.store.db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(1).execute()
    expect(audit).toMatchObject([{ action: 'agents.register', allowed: false, status: 401 }])
    expect(await verifyAudit(api.store.db)).toMatchObject({ faults: [] })
  })

  test('lets one token fill no audit log, whoever it belongs to', async () => {
    nextMinute()
    const { token } = await importOne('chatty')
    const agent = new TestAgent()
    const statuses: number[] = []
    for (let time = 0; time < MAX_REGISTRATIONS + 2; time += 1) {
      const body = await agent.registration(token, 'uid-chatty', { instance: 'test' })
      const response = await post('register', token, body)
      statuses.push(response.status)
      expect(response.headers.has('retry-after')).toBe(response.status === 429)
      await response.arrayBuffer()
    }
    expect(statuses.slice(-3)).toEqual([200, 429, 429])
    nextMinute()
  })

  test('names a wrong clock, with the hub’s own in the answer', async () => {
    const { token } = await importOne('late')
    const now = new Date(Date.now() - 600_000)
    const response = await post(
      'register',
      token,
      await new TestAgent().registration(token, 'uid-9', { instance: 'test', now }),
    )
    expect(await problemOf(response)).toMatchObject({ code: 'agent_rejected', step: 'clock' })
    expect(Math.abs(Date.parse(response.headers.get('date') ?? '') - Date.now())).toBeLessThan(5000)
  })

  test('is not open to people’s tokens, and theirs opens nothing of people’s', async () => {
    const { token } = await importOne('strict')
    nextMinute()
    expect((await post('hello', api.token, { version: '1', pod: 'p' })).status).toBe(401)
    expect((await post('hello', null, { version: '1', pod: 'p' })).status).toBe(401)
    for (const path of ['/api/v1/clusters', '/api/v1/whoami', '/metrics', '/api/v1/admin/backup']) {
      const response = await fetch(api.url + path, { headers: { authorization: `Bearer ${token}` } })
      expect(response.status, path).toBe(401)
      await response.arrayBuffer()
    }
  })

  test.each([
    ['GET', '/agent'],
    ['GET', '/agent/'],
    ['GET', '/agent/v1'],
    ['GET', '/agent/v1/clusters'],
    ['POST', '/agent/v1/hello/'],
    ['GET', '/agent/v1/manifest/'],
    ['GET', '/agent/v1/manifest/x/y.yaml'],
    ['GET', '/agent/v1/manifest/..%2f..%2fapi.yaml'],
    ['POST', '/agent/v2/register'],
    ['GET', '/agent/v1/Hello'],
  ])('is nothing else: %s %s', async (method, path) => {
    const response = await fetch(api.url + path, { method })
    expect(response.status).toBe(404)
    expect(await problemOf(response)).toMatchObject({ code: 'not_found' })
  })

  test.each([
    ['GET', '/agent/v1/register', 405],
    ['DELETE', '/agent/v1/hello', 405],
    ['POST', '/agent/v1/manifest/x.yaml', 405],
    ['GET', '/agent/v1/manifest/x.yaml?a=b', 400],
    ['GET', '/agent/v1/tunnel', 400],
    ['GET', '/agent/v1/manifest/x.yaml', 401],
  ])('takes only what is meant: %s %s', async (method, path, status) => {
    nextMinute()
    const response = await fetch(api.url + path, { method })
    expect(response.status).toBe(status)
    await problemOf(response)
  })

  test('reads no more than it needs', async () => {
    const { token } = await importOne('large')
    const response = await post('hello', token, { version: '1', pod: 'p', more: 'x'.repeat(20_000) })
    expect(response.status).toBe(413)
    await response.arrayBuffer()
  })

  test('is refused or answered whatever is sent, and never repeats it', async () => {
    const { token } = await importOne('fuzzed')
    const member = fc.constantFrom(
      ...['version', 'pod', 'proxied', 'publicKey', 'clusterUid', 'mode', 'proof', 'step', 'message', '__proto__'],
    )
    const junk = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        -1,
        '',
        SECRET,
        `${SECRET}\0`,
        [],
        {},
        { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) },
      ),
      fc.jsonValue({ maxDepth: 2 }),
      fc.string({ unit: anyCharacter, maxLength: 40 }),
    )
    const body = fc.oneof(
      fc.dictionary(member, junk, { maxKeys: 6 }).map(members => JSON.stringify({ ...members, [SECRET]: SECRET })),
      fc.string({ unit: anyCharacter, maxLength: 60 }),
      fc.constantFrom(`{"a":`, '[]', `"${SECRET}"`, `${'['.repeat(9000)}`),
    )
    const path = fc.constantFrom('hello', 'register', 'trouble', 'removed')
    const bearer = fc.constantFrom(token, null, 'join_x', `join_${'A'.repeat(43)}`)
    await fc.assert(
      fc.asyncProperty(path, bearer, body, async (where, by, text) => {
        nextMinute()
        const response = await post(where, by, text)
        const answer = await response.text()
        expect(response.status, answer).toBeLessThan(500)
        expect(answer).not.toContain(SECRET)
        if (response.status >= 400) Problem.parse(JSON.parse(answer))
      }),
      { numRuns: RUNS },
    )
  })

  test('assertions of any text are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[\x21-\x7e]{0,80}$/), async text => {
        nextMinute()
        const response = await post(
          'trouble',
          null,
          { step: 'contact', message: 'x' },
          { authorization: `Moorage-Agent ${text}` },
        )
        expect(response.status).toBe(401)
        expect((await problemOf(response)).code).toBe('agent_rejected')
      }),
      { numRuns: RUNS },
    )
  })

  test('makes an address that guesses wait, and one that only calls too often', async () => {
    nextMinute()
    const statuses: number[] = []
    for (let i = 0; i < MAX_REFUSED + 3; i += 1) {
      const response = await fetch(`${api.url}/agent/v1/manifest/join_${'A'.repeat(43)}.yaml`)
      statuses.push(response.status)
      await response.arrayBuffer()
    }
    expect(statuses.slice(-4)).toEqual([401, 429, 429, 429])
    const waiting = await fetch(`${api.url}/agent/v1/tunnel`)
    expect(Number(waiting.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await problemOf(waiting)).code).toBe('too_many_requests')
    // People behind the same address still get in.
    const person = await api.send('/api/v1/whoami')
    expect(person.status).toBe(200)
    await person.arrayBuffer()
    nextMinute()
    expect(MAX_CALLS).toBeGreaterThan(MAX_REFUSED)
  })

  test('leaves no token in log or audit, and nothing planted anywhere', async () => {
    const tokens = api.log.join('').match(/join_[\w-]{43}/g)
    expect(tokens).toBeNull()
    for (const table of ['audit', 'clusters', 'agents', 'join_tokens', 'import_steps', 'connection_events'] as const) {
      const text = JSON.stringify(await api.store.db.selectFrom(table).selectAll().execute())
      expect(text, table).not.toMatch(/join_[\w-]{43}/)
      if (table !== 'import_steps') expect(text, table).not.toContain(SECRET)
    }
    expect(api.log.join('')).not.toContain(SECRET)
  })
})
