import { get } from 'node:http'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { operationRules } from '../access/rules.ts'
import { createToken } from '../access/tokens.ts'
import { type AsUser, asUser, insertFilledCluster, userToken } from './fixtures/as-user.ts'
import { peopleAt } from './fixtures/people.ts'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'
import { contractRoutes } from './routes.ts'

let api: StartedApi
let ada: AsUser
let bob: AsUser
let root: AsUser
beforeAll(async () => {
  api = await startTestApi()
  for (const name of ['alpha', 'beta']) await insertFilledCluster(api, name)
  ada = await asUser(api, 'ada', ['claimed'])
  bob = await asUser(api, 'bob')
  root = await asUser(api, 'root')
  await bind('root', 'super-admin', { kind: 'organisation' })
})
afterAll(() => api[Symbol.asyncDispose]())
beforeEach(async () => {
  const { items } = await read(api.send('/api/v1/limits'))
  for (const { kind, name } of items) await limit(kind, name, {})
})

interface Item {
  kind: string
  name: string
}
async function read(sent: Promise<Response>): Promise<{ items: Item[] }> {
  const response = await sent
  const body = (await response.json()) as { items: Item[] }
  expect(response.status, JSON.stringify(body)).toBeLessThan(300)
  return body
}
async function said(sent: Promise<Response>): Promise<string> {
  const response = await sent
  const { code = '', detail = '' } = (await response.json()) as { code?: string; detail?: string }
  return `${response.status} ${code} ${detail}`.trim()
}
const limit = (kind: string, name: string, json: object, as: AsUser = api.send) =>
  said(as(`/api/v1/limits/${kind}/${name}`, { method: 'PUT', json }))
const bind = async (name: string, role: string, scope: object) => {
  const json = { role, scope, subjects: [{ kind: 'user', name }] }
  await read(api.send(`/api/v1/bindings/${name}`, { method: 'PUT', json }))
}
const mine = { kind: 'project', project: 'default' }
const listed = async (as: AsUser) => (await read(as('/api/v1/limits'))).items.map(({ kind, name }) => `${kind}/${name}`)

describe('limits of a cluster', () => {
  test('are set by who may change who uses it, and not by who has all rights in it', async () => {
    await bind('ada', 'cluster-admin', mine)
    expect(await limit('cluster', 'alpha', { noCli: true }, ada)).toMatch(
      /^403 forbidden No binding lets ada update limits/,
    )
    expect(await limit('cluster', 'alpha', { noCli: true }, bob)).toMatch(/^403 forbidden/)
    await read(api.send('/api/v1/projects/other', { method: 'PUT', json: {} }))
    await bind('ada', 'project-admin', { kind: 'project', project: 'other' })
    expect(await limit('cluster', 'alpha', { noCli: true }, ada)).toMatch(/^404 cluster_not_found/)
    await bind('ada', 'project-admin', mine)
    expect(await limit('cluster', 'alpha', { noCli: true }, ada)).toBe('200')
    expect(await limit('cluster', 'nowhere', { noCli: true }, ada)).toMatch(/^404 cluster_not_found/)
    for (const kind of ['user', 'group', 'service-account']) {
      expect(await limit(kind, 'bob', { noCli: true }, ada), kind).toMatch(/^403 forbidden/)
    }
    expect(await limit('cluster', 'alpha', {}, ada)).toBe('200')
    expect(await listed(api.send)).toEqual([])
  })

  test('hold for what reaches it, are told to who has rights there alone, and stand in the audit', async () => {
    await bind('ada', 'cluster-admin', mine)
    await limit('cluster', 'alpha', { noCli: true })
    const refused = await ada('/k8s/alpha/api/v1/pods')
    expect(refused.status).toBe(403)
    const { message } = (await refused.json()) as { message: string }
    expect(message).toBe('Cluster alpha may not be reached by kubectl and other programs, only in the console.')
    expect((await bob('/k8s/alpha/api/v1/pods')).status).toBe(404)
    expect((await ada('/api/v1/clusters/alpha/objects')).status).toBe(200)
    expect((await ada('/k8s/beta/api/v1/pods')).status).not.toBe(403)
    const rows = await api.store.db
      .selectFrom('audit')
      .select(['allowed', 'status', 'because'])
      .where('request_id', '=', refused.headers.get('x-request-id')!)
      .execute()
    expect(rows).toEqual([{ allowed: false, status: 403, because: message }])
  })

  test('go by the way of a request: by a token, or in a browser', async () => {
    const people = peopleAt(() => api)
    const { cookie } = await people.person('col')
    await bind('col', 'cluster-admin', mine)
    const { id } = await api.store.db
      .selectFrom('users')
      .select('id')
      .where('name', '=', 'col')
      .executeTakeFirstOrThrow()
    const col = { kind: 'user' as const, id, name: 'col', groups: [] }
    const program = await createToken(api, { name: 'x' }, { id }, col)
    const ways: Record<string, Record<string, string>> = {
      cli: { authorization: `Bearer ${program.token}` },
      console: { cookie },
    }
    const refused = async () => {
      const found: string[] = []
      for (const [way, headers] of Object.entries(ways)) {
        const answer = await fetch(`${api.url}/k8s/alpha/api/v1/pods`, { headers })
        if (/Cluster alpha|User col/.test(await answer.text()) && answer.status === 403) found.push(way)
      }
      return found
    }
    expect(await refused()).toEqual([])
    for (const [kind, name] of [
      ['cluster', 'alpha'],
      ['user', 'col'],
    ] as const) {
      await limit(kind, name, { noCli: true })
      expect(await refused()).toEqual(['cli'])
      await limit(kind, name, { noWebTerminal: true })
      expect(await refused()).toEqual([])
      await limit(kind, name, { from: ['192.0.2.1'] })
      expect(await refused()).toEqual(['cli', 'console'])
      await limit(kind, name, {})
    }
  })

  test('do not stop an admin token, and its line says so', async () => {
    await limit('cluster', 'alpha', { noCli: true, from: ['192.0.2.1'] })
    const answer = await api.send('/k8s/alpha/api/v1/pods')
    await answer.arrayBuffer()
    await eventually(async () => {
      const { because } = await api.store.db
        .selectFrom('audit')
        .select('because')
        .where('request_id', '=', answer.headers.get('x-request-id')!)
        .executeTakeFirstOrThrow()
      expect(because).toMatch(/is an admin token\. It stands above this limit: Cluster alpha/)
    })
  })

  test('follow its name and end with it', async () => {
    await limit('cluster', 'alpha', { hours: ['Mon 00:00-00:01 UTC'] })
    await api.send('/api/v1/clusters/alpha', { method: 'PATCH', json: { name: 'gamma' } })
    await bind('ada', 'cluster-admin', mine)
    if (new Date().getUTCDay() !== 1) expect((await ada('/k8s/gamma/api/v1/pods')).status).toBe(403)
    expect(await listed(ada)).toEqual(['cluster/gamma'])
    await api.send('/api/v1/clusters/gamma/disconnect', { method: 'POST', json: { force: true } })
    expect(await listed(api.send)).toEqual([])
    await insertFilledCluster(api, 'alpha')
  })
})

describe('limits of a person', () => {
  const shut = { from: ['192.0.2.0/24'] }
  const guarded = contractRoutes().filter(({ name }) => operationRules[name]?.who !== 'public')

  test('hold for every address of the API but the one to leave by', async () => {
    await bind('ada', 'super-admin', { kind: 'organisation' })
    expect(await limit('user', 'ada', shut)).toBe('200')
    const open: string[] = []
    for (const { name, method, pattern } of guarded) {
      const path = pattern.replace('{cluster}', 'alpha').replaceAll(/\{\w+\}/g, 'some')
      const told = await said(ada(`/api/v1${path}`, { method }))
      if (told !== '403 forbidden User ada may use Moorage only from 192.0.2.0/24; this came from 127.0.0.1.') {
        open.push(`${name}: ${told}`)
      }
    }
    expect(open).toEqual([expect.stringMatching(/^sessions\.end: /)])
    for (const path of [
      '/metrics',
      '/api/v1/backup',
      '/api/v1/nowhere',
      '/k8s/alpha/version',
      '/k8s/alpha/api/v1/pods',
    ]) {
      expect([403, 404, 405], path).toContain((await ada(path)).status)
      expect(await said(ada(path)), path).not.toContain('200')
    }
    expect((await root('/api/v1/clusters')).status).toBe(200)
  })

  test('are set by nobody for themselves', async () => {
    expect(await limit('user', 'root', shut, root)).toMatch(/^403 too_much_power Limits of user root hold for root/)
    await read(api.send('/api/v1/groups/staff', { method: 'PUT', json: { members: ['root'] } }))
    expect(await limit('group', 'staff', { noCli: true }, root)).toMatch(/^403 too_much_power/)
    expect(await limit('group', 'staff', { noCli: true })).toBe('200')
    const leave = { method: 'PUT', json: { members: ['bob'] } }
    expect(await said(root('/api/v1/groups/staff', leave))).toMatch(/^403 too_much_power/)
    expect(await said(root('/api/v1/groups/staff', { method: 'DELETE' }))).toMatch(/^403 too_much_power/)
    expect(await limit('user', 'ada', shut, root)).toBe('200')
    expect(await limit('user', 'ada', {}, root)).toBe('200')
  })

  test('are shown to them, with those of their groups and clusters', async () => {
    await bind('ada', 'cluster-admin', { kind: 'cluster', cluster: 'beta' })
    await limit('user', 'ada', { noCli: true })
    await limit('user', 'bob', { noCli: true })
    await limit('group', 'claimed', { noWebTerminal: true })
    await limit('cluster', 'alpha', { noCli: true })
    await limit('cluster', 'beta', { noCli: true })
    expect(await listed(ada)).toEqual(['cluster/beta', 'group/claimed', 'user/ada'])
    expect(await listed(root)).toHaveLength(5)
  })

  test('go with their name', async () => {
    await userToken(api, 'eve')
    await limit('user', 'eve', shut)
    await read(api.send('/api/v1/users/eve', { method: 'DELETE' }))
    expect(await listed(api.send)).toEqual([])
  })

  test('end their streams of changes', async () => {
    const token = await userToken(api, 'sam')
    await bind('sam', 'cluster-admin', mine)
    const { ended } = await new Promise<{ ended: Promise<unknown> }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` }
      get(`${api.url}/api/v1/changes`, { headers, agent: false }, answer => {
        expect(answer.statusCode).toBe(200)
        answer.on('error', () => {})
        const end = new Promise(done => answer.once('close', done))
        answer.once('data', () => {
          answer.resume()
          resolve({ ended: end })
        })
      }).on('error', reject)
    })
    await limit('user', 'sam', shut)
    await ended
  })
})

describe('what is asked', () => {
  test.each([
    [{ hours: ['Mon-Fri'] }, /days, a span of time and a time zone/],
    [{ hours: ['Mon 08:00-09:00 Mars/Phobos'] }, /is no time zone/],
    [{ from: ['10.0.0.1/8'] }, /the range is 10\.0\.0\.0\/8/],
    [{ from: ['example.com'] }, /is not an address or a range/],
    [{ noCLI: true }, /takes noCli, noWebTerminal, hours, from/],
  ])('%j is told what is wrong with it', async (json, what) => {
    const response = await api.send('/api/v1/limits/cluster/alpha', { method: 'PUT', json })
    expect(response.status).toBe(400)
    expect(await response.text()).toMatch(what)
  })

  test('explanations name the limit as a wall of its own, for the way and place that are asked about', async () => {
    await bind('ada', 'super-admin', { kind: 'organisation' })
    await limit('cluster', 'alpha', { noCli: true, from: ['10.0.0.0/8'] })
    const explain = async (more: string) => {
      const query = `cluster=alpha&verb=list&resource=pods&as=ada${more}`
      return (await root(`/api/v1/access/explain?${query}`)).json() as Promise<object>
    }
    expect(await explain('')).toMatchObject({ allowed: false, wall: 'limit', rule: 'limits.cluster.no-cli' })
    expect(await explain('&way=console')).toMatchObject({ allowed: true, wall: null })
    expect(await explain('&way=console&from=10.1.1.1')).toMatchObject({ allowed: true })
    expect(await explain('&way=console&from=11.1.1.1')).toMatchObject({ wall: 'limit', rule: 'limits.cluster.from' })
  })
})
