import { Problem } from '@moorage/contract/problem.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

/** Any UTF-16 unit; fast-check's own 'binary' takes a second to set up. */
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code))

/** Planted in every body; may never come back, nor get into the log, the audit or the database. */
const SECRET = 'hunter2-s3cret-planted'
/** Cases of each property. */
const RUNS = 70

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
  await insertTestCluster(api.store, 'alpha')
})
afterAll(() => api[Symbol.asyncDispose]())

const routes = [
  ['POST', '/api/v1/clusters'],
  ['PATCH', '/api/v1/clusters/alpha'],
  ['PUT', '/api/v1/clusters/alpha/kubeconfig'],
  ['POST', '/api/v1/clusters/alpha/disconnect'],
  ['POST', '/api/v1/tokens'],
] as const
const route = fc.constantFrom(...routes)

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 1e308, '', SECRET, `${SECRET}\0`, [], {}, [SECRET], { a: { b: [SECRET] } }),
  fc.jsonValue({ maxDepth: 2 }),
)
const member = fc.constantFrom(
  ...['name', 'kubeconfig', 'context', 'mode', 'project', 'labels', 'allowInsecureTls', 'dryRun', 'force', 'cluster'],
  ...['expiresInSeconds', '__proto__', 'constructor', SECRET, ''],
)
const body = fc
  .dictionary(member, junk, { minKeys: 1, maxKeys: 6 })
  .map(members => ({ ...members, [`x${SECRET}`]: SECRET }))

const kubeconfig = fc.oneof(
  fc.constantFrom(
    '',
    SECRET,
    `token: ${SECRET}`,
    `apiVersion: v1\nkind: Config\nusers: [{name: a, user: {token: ${SECRET}}}]\n  bad: [`,
    `a: &a [*a, ${SECRET}]`,
    `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c] # ${SECRET}`,
    `{"apiVersion":"v1","kind":"Config","current-context":"a","clusters":[],"users":[{"name":"${SECRET}"}]}`,
    `!!js/function "${SECRET}"`,
    `\0${SECRET}`,
    '---\n---\n',
    `- ${SECRET}\n- ${SECRET}`,
  ),
  fc.string({ unit: anyCharacter, maxLength: 60 }).map(text => `${text}\n${SECRET}: ${SECRET}`),
  fc
    .record({
      server: fc.constantFrom('', 'x', 'http://169.254.169.254/', 'file:///etc/passwd', 'https://'),
      user: junk,
    })
    .map(({ server, user }) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'a',
        contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
        clusters: [{ name: 'a', cluster: { server } }],
        users: [{ name: 'a', user }],
        secret: SECRET,
      }),
    ),
)

async function expectRefusal(response: Response): Promise<void> {
  const text = await response.text()
  expect(response.status, text).toBeGreaterThanOrEqual(400)
  expect(response.status, text).toBeLessThan(500)
  expect(Problem.parse(JSON.parse(text)).detail).toMatch(/^.{10,}\./s)
  expect(text).not.toContain(SECRET)
}

describe('malformed input is refused with a sentence, and never repeated', () => {
  test('bodies of any shape', async () => {
    await fc.assert(
      fc.asyncProperty(route, body, async ([method, path], json) => {
        await expectRefusal(await api.send(path, { method, json }))
      }),
      { numRuns: RUNS },
    )
  })

  test('bodies that are no JSON', async () => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 40 }).map(t => `${t}${SECRET}`),
      fc.constantFrom(
        `{"name":"${SECRET}`,
        `{'name':'${SECRET}'}`,
        `"${SECRET}"`,
        `[["${SECRET}"]]`,
        `{"a":1}{"b":"${SECRET}"}`,
      ),
      fc.constant(`${'['.repeat(50_000)}"${SECRET}"`),
    )
    const type = fc.constantFrom(
      'application/json',
      'application/json; charset=utf-16',
      'text/plain',
      'multipart/form-data',
      SECRET,
    )
    await fc.assert(
      fc.asyncProperty(route, text, type, async ([method, path], content, contentType) => {
        await expectRefusal(await api.send(path, { method, body: content, headers: { 'content-type': contentType } }))
      }),
      { numRuns: RUNS },
    )
  })

  test('kubeconfigs of any text', async () => {
    await fc.assert(
      fc.asyncProperty(kubeconfig, fc.boolean(), async (text, dryRun) => {
        const json = { name: 'fuzzed', kubeconfig: text, dryRun, allowInsecureTls: true }
        await expectRefusal(await api.send('/api/v1/clusters', { method: 'POST', json }))
        const { name: _, ...replacement } = json
        await expectRefusal(await api.send('/api/v1/clusters/alpha/kubeconfig', { method: 'PUT', json: replacement }))
      }),
      { numRuns: RUNS },
    )
  })

  test('queries of any text: refused or answered, never a failure', async () => {
    const lists = [
      'clusters',
      'search',
      'tokens',
      'receipts',
      'clusters/alpha/nodes',
      'clusters/alpha/events',
      'clusters/alpha/objects',
      'clusters/alpha/workloads',
      'clusters/alpha/metrics',
    ]
    const names = [
      'q',
      'limit',
      'continue',
      'selector',
      'phase',
      'project',
      'kind',
      'namespace',
      'since',
      'type',
      'range',
    ]
    const value = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 30 }),
      fc.constantFrom(
        '0001-01-01T00:00:00Z',
        '9999-12-31T23:59:59.999999999Z',
        '-1',
        "' or 1=1 --",
        '%',
        '\\',
        'label:a=b',
        'name:%_\\',
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...lists), fc.constantFrom(...names), value, async (list, name, text) => {
        const response = await api.send(`/api/v1/${list}?${new URLSearchParams([[name, text]])}`)
        const answer = await response.text()
        expect([200, 400], `${list} ${name}=${JSON.stringify(text)}: ${answer}`).toContain(response.status)
      }),
      { numRuns: 2 * RUNS },
    )
  })

  test('and none of it is kept anywhere', async () => {
    expect(api.log.length).toBeGreaterThan(RUNS)
    expect(api.log.filter(line => line.includes(SECRET))).toEqual([])
    for (const table of ['audit', 'clusters', 'credentials', 'tokens', 'tombstones'] as const) {
      const rows = await api.store.db.selectFrom(table).selectAll().execute()
      expect(JSON.stringify(rows), table).not.toContain(SECRET)
    }
  })
})
