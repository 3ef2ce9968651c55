import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { operationRules } from '../access/rules.ts'
import { type AsUser, asUser, insertFilledCluster } from './fixtures/as-user.ts'
import { openRoutes } from './fixtures/open-routes.ts'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'
import { contractRoutes } from './routes.ts'

let api: StartedApi
let ada: AsUser
let bob: AsUser
beforeAll(async () => {
  api = await startTestApi()
  for (const name of ['alpha', 'beta']) await insertFilledCluster(api, name)
  ada = await asUser(api, 'ada', ['ops'])
  bob = await asUser(api, 'bob')
})
afterAll(() => api[Symbol.asyncDispose]())
beforeEach(async () => {
  const { items } = (await read(api.send('/api/v1/bindings'))) as { items: { name: string }[] }
  for (const { name } of items) await ok(api.send(`/api/v1/bindings/${name}`, { method: 'DELETE' }))
})

async function read(sent: Promise<Response>): Promise<unknown> {
  const response = await sent
  const body: unknown = await response.json()
  expect(response.status, JSON.stringify(body)).toBeLessThan(300)
  return body
}
const ok = read
async function code(sent: Promise<Response>): Promise<string> {
  const response = await sent
  const body = (await response.json()) as { code?: string }
  return `${response.status} ${body.code ?? ''}`.trim()
}
const put = (as: AsUser, path: string, json: unknown) => as(`/api/v1${path}`, { method: 'PUT', json })
const bind = (name: string, role: string, scope: unknown, subject = 'ada', more: object = {}) =>
  put(api.send, `/bindings/${name}`, { role, scope, subjects: [{ kind: 'user', name: subject }], ...more })
const names = async (sent: Promise<Response>) =>
  ((await read(sent)) as { items: { name: string }[] }).items.map(({ name }) => name)

const guarded = contractRoutes().filter(
  ({ name }) => operationRules[name]?.who !== 'public' && !openRoutes.includes(name),
)

describe.each(guarded)('$name', ({ name, method, pattern }) => {
  test('is refused to somebody without rights', async () => {
    const path = pattern.replace('{cluster}', 'alpha').replaceAll(/\{\w+\}/g, 'some')
    const response = await bob(`/api/v1${path}`, { method })
    const { code: said, detail, fix } = (await response.json()) as { code: string; detail: string; fix: string }
    // Whoever may not see a cluster is told that there is none.
    expect([403, 404], name).toContain(response.status)
    expect(['forbidden', 'cluster_not_found'], name).toContain(said)
    expect(`${detail} ${fix}`).not.toMatch(/uid-alpha|undefined/)
  })
})

describe('somebody without rights', () => {
  test('is told the same of a cluster that is there and of one that is not', async () => {
    const there = await (await bob('/api/v1/clusters/alpha')).json()
    const missing = await (await bob('/api/v1/clusters/nowhere')).json()
    expect({ ...(there as object), instance: '', requestId: '' }).toEqual({
      ...(JSON.parse(JSON.stringify(missing).replaceAll('nowhere', 'alpha')) as object),
      instance: '',
      requestId: '',
    })
  })

  test('leaves a line in the audit that says why', async () => {
    const response = await bob('/api/v1/clusters/alpha')
    await response.arrayBuffer()
    const rows = await api.store.db
      .selectFrom('audit')
      .selectAll()
      .where('request_id', '=', response.headers.get('x-request-id')!)
      .execute()
    expect(rows).toMatchObject([
      {
        actor_kind: 'user',
        actor_name: 'bob',
        allowed: false,
        because: 'No binding lets bob get clusters of cluster alpha.',
      },
    ])
  })
})

describe('a binding', () => {
  test('shows the clusters that it reaches, from the next request on, and hides them again', async () => {
    expect(await code(ada('/api/v1/clusters'))).toBe('403 forbidden')
    await ok(bind('b', 'cluster-admin', { kind: 'cluster', cluster: 'alpha' }))
    expect(await names(ada('/api/v1/clusters'))).toEqual(['alpha'])
    expect(await code(ada('/api/v1/clusters/alpha'))).toBe('200')
    expect(await code(ada('/api/v1/clusters/beta'))).toBe('404 cluster_not_found')
    await ok(api.send('/api/v1/bindings/b', { method: 'DELETE' }))
    expect(await code(ada('/api/v1/clusters/alpha'))).toBe('404 cluster_not_found')
  })

  test('ends by itself', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    await ok(bind('b', 'cluster-admin', { kind: 'cluster', cluster: 'alpha' }, 'ada', { expiresAt }))
    expect(await code(ada('/api/v1/clusters/alpha'))).toBe('200')
    api.advance(61_000)
    expect(await code(ada('/api/v1/clusters/alpha'))).toBe('404 cluster_not_found')
    api.advance(-61_000)
  })

  test('at namespaces shows what is in them, and nothing else', async () => {
    await ok(bind('b', 'namespace-read-only', { kind: 'namespace', cluster: 'alpha', namespaces: ['sh*'] }))
    expect(await names(ada('/api/v1/clusters/alpha/objects'))).toEqual(['web-shop'])
    expect(await names(ada('/api/v1/search?q=web'))).toEqual(['web-shop'])
    expect(await names(ada('/api/v1/search?q=node-1'))).toEqual([])
    expect(await names(ada('/api/v1/search?q=ns:vault'))).toEqual([])
    expect(await code(ada('/api/v1/clusters/alpha/nodes'))).toBe('403 forbidden')
    expect(await code(ada('/api/v1/clusters/alpha/metrics'))).toBe('403 forbidden')
    expect(await code(ada('/api/v1/clusters/alpha/disconnect'))).toBe('403 forbidden')
  })

  test('that forbids hides rows from lists and from the search', async () => {
    const deny = { permissions: [{ resources: ['inventory'], verbs: ['*'] }] }
    await ok(put(api.send, '/roles/blind', { deny }))
    await ok(bind('a', 'cluster-admin', { kind: 'organisation' }))
    await ok(bind('b', 'blind', { kind: 'namespace', cluster: 'alpha', namespaces: ['vault'] }))
    expect(await names(ada('/api/v1/clusters/alpha/objects'))).toEqual(['node-1', 'web-shop'])
    expect((await names(ada('/api/v1/search?q=web'))).sort()).toEqual(['web-shop', 'web-shop', 'web-vault'])
    await ok(bind('b', 'blind', { kind: 'cluster', cluster: 'alpha' }))
    expect(await code(ada('/api/v1/clusters/alpha/objects'))).toBe('403 forbidden')
    expect((await names(ada('/api/v1/search?q=web'))).sort()).toEqual(['web-shop', 'web-vault'])
  })

  test('of a local group counts for its members, until they leave', async () => {
    await ok(put(api.send, '/groups/team', { members: ['bob'] }))
    await ok(
      put(api.send, '/bindings/b', {
        role: 'cluster-admin',
        subjects: [{ kind: 'group', name: 'team' }],
        scope: { kind: 'organisation' },
      }),
    )
    expect(await code(bob('/api/v1/clusters/alpha'))).toBe('200')
    await ok(put(api.send, '/groups/team', { members: [] }))
    expect(await code(bob('/api/v1/clusters/alpha'))).toBe('404 cluster_not_found')
  })
})

describe('a project', () => {
  test('lends its rights to the clusters that are put into it, and shows beforehand who would lose them', async () => {
    await ok(put(api.send, '/projects/pay', { description: 'Money' }))
    await ok(bind('b', 'project-admin', { kind: 'project', project: 'pay' }))
    expect(await names(ada('/api/v1/clusters'))).toEqual([])
    await ok(put(api.send, '/projects/pay/clusters/alpha', undefined))
    expect(await names(ada('/api/v1/clusters'))).toEqual(['alpha'])
    expect(await names(ada('/api/v1/projects'))).toEqual(['pay'])
    expect(await names(ada('/api/v1/clusters?project=pay'))).toEqual(['alpha'])
    expect(await read(api.send('/api/v1/projects/pay/clusters/alpha/removal'))).toEqual({
      project: 'pay',
      cluster: 'alpha',
      bindings: [{ name: 'b', role: 'project-admin', subjects: [{ kind: 'user', name: 'ada' }] }],
      subjects: [{ kind: 'user', name: 'ada' }],
    })
    expect(await code(api.send('/api/v1/projects/pay', { method: 'DELETE' }))).toBe('409 in_use')
    await ok(api.send('/api/v1/projects/pay/clusters/alpha', { method: 'DELETE' }))
    expect(await names(ada('/api/v1/clusters'))).toEqual([])
  })

  test('is not made larger by who runs it, but with clusters of their own', async () => {
    await ok(put(api.send, '/projects/pay', {}))
    await ok(bind('b', 'project-admin', { kind: 'project', project: 'pay' }))
    expect(await code(put(ada, '/projects/pay/clusters/beta', undefined))).toBe('404 cluster_not_found')
    await ok(
      put(api.send, '/roles/labeller', {
        permissions: [{ resources: ['clusters'], verbs: ['get', 'list', 'update'] }],
      }),
    )
    await ok(bind('c', 'labeller', { kind: 'cluster', cluster: 'beta' }))
    expect(await code(put(ada, '/projects/pay/clusters/beta', undefined))).toBe('403 too_much_power')
    await ok(bind('c', 'cluster-admin', { kind: 'cluster', cluster: 'beta' }))
    // A project's admin also connects clusters and hands out rights there, which a cluster's admin may not.
    expect(await code(put(ada, '/projects/pay/clusters/beta', undefined))).toBe('403 too_much_power')
    await ok(bind('c', 'project-admin', { kind: 'cluster', cluster: 'beta' }))
    await ok(put(ada, '/projects/pay/clusters/beta', undefined))
    await ok(api.send('/api/v1/projects/pay/clusters/beta', { method: 'DELETE' }))
  })
})

describe('nobody gives out more than they have', () => {
  const mine = { kind: 'project', project: 'default' }
  const give = (role: string, scope: unknown, more: object = {}) =>
    code(put(ada, '/bindings/mine', { role, scope, subjects: [{ kind: 'user', name: 'ada' }], ...more }))
  beforeEach(() => ok(bind('b', 'project-admin', mine)))

  test('nor elsewhere, nor for longer', async () => {
    expect(await give('organisation-admin', { kind: 'organisation' })).toBe('403 forbidden')
    expect(await give('project-admin', { kind: 'cluster', labels: 'env=prod' })).toBe('403 forbidden')
    expect(await give('super-admin', mine)).toBe('403 too_much_power')
    expect(await give('project-admin', mine)).toBe('200')
    expect(await give('cluster-admin', { kind: 'cluster', cluster: 'alpha' })).toBe('200')
    const soon = new Date(Date.now() + 60_000).toISOString()
    const later = new Date(Date.now() + 120_000).toISOString()
    await ok(api.send('/api/v1/bindings/mine', { method: 'DELETE' }))
    await ok(bind('b', 'project-admin', mine, 'ada', { expiresAt: soon }))
    expect(await give('cluster-admin', mine)).toBe('403 too_much_power')
    expect(await give('cluster-admin', mine, { expiresAt: later })).toBe('403 too_much_power')
    expect(await give('cluster-admin', mine, { expiresAt: soon })).toBe('200')
  })

  test('nor by a role that they may write, a group that they may fill, or a label', async () => {
    const all = [{ resources: ['roles', 'groups', 'clusters'], verbs: ['*'] }]
    await ok(put(api.send, '/roles/writer', { permissions: all }))
    await ok(put(api.send, '/roles/small', { permissions: all }))
    await ok(bind('w', 'writer', { kind: 'organisation' }))
    await ok(bind('s', 'small', { kind: 'organisation' }, 'bob'))
    const grown = { permissions: [{ resources: ['*'], verbs: ['*'] }] }
    expect(await code(put(ada, '/roles/small', grown))).toBe('403 too_much_power')
    expect(await code(put(ada, '/roles/unbound', grown))).toBe('200')
    await ok(put(api.send, '/groups/admins', { members: ['bob'] }))
    await ok(
      put(api.send, '/bindings/g', {
        role: 'super-admin',
        subjects: [{ kind: 'group', name: 'admins' }],
        scope: { kind: 'organisation' },
      }),
    )
    expect(await code(put(ada, '/groups/admins', { members: ['bob', 'ada'] }))).toBe('403 too_much_power')
    await ok(bind('l', 'organisation-admin', { kind: 'cluster', labels: 'env=dev' }))
    const label = { method: 'PATCH', json: { labels: { env: 'dev' } } }
    expect(await code(ada('/api/v1/clusters/alpha', label))).toBe('403 too_much_power')
    expect(await code(ada('/api/v1/clusters/alpha', { method: 'PATCH', json: { labels: { env: 'test' } } }))).toBe(
      '200',
    )
  })

  test('nor takes away what forbids things to themselves', async () => {
    await ok(put(api.send, '/roles/no-audit', { deny: { permissions: [{ resources: ['audit'], verbs: ['*'] }] } }))
    await ok(bind('o', 'organisation-admin', { kind: 'organisation' }))
    await ok(bind('d', 'no-audit', { kind: 'organisation' }))
    expect(await code(ada('/api/v1/audit'))).toBe('403 forbidden')
    expect(await code(ada('/api/v1/bindings/d', { method: 'DELETE' }))).toBe('403 too_much_power')
    expect(await code(put(ada, '/roles/no-audit', {}))).toBe('403 too_much_power')
    expect(
      await code(
        put(ada, '/bindings/d', {
          role: 'no-audit',
          subjects: [{ kind: 'user', name: 'bob' }],
          scope: { kind: 'organisation' },
        }),
      ),
    ).toBe('403 too_much_power')
  })
})

describe('explanations', () => {
  const ask = 'cluster=alpha&verb=get&resource=secrets&namespace=shop'
  test('name binding, rule and wall, of oneself and, to who may list bindings, of others', async () => {
    await ok(bind('b', 'cluster-admin', { kind: 'cluster', cluster: 'alpha' }))
    expect(await read(ada(`/api/v1/access/explain?${ask}`))).toMatchObject({
      allowed: false,
      wall: 'mode',
      rule: 'mode',
    })
    await api.store.db.updateTable('clusters').set({ mode: 'full' }).where('name', '=', 'alpha').execute()
    expect(await read(ada(`/api/v1/access/explain?${ask}`))).toMatchObject({
      allowed: true,
      wall: null,
      binding: 'b',
      role: 'cluster-admin',
      rule: 'kubernetes[0]',
    })
    expect(await code(ada(`/api/v1/access/explain?${ask}&as=bob`))).toBe('403 forbidden')
    expect(await read(api.send(`/api/v1/access/explain?${ask}&as=bob`))).toMatchObject({
      allowed: false,
      wall: 'hub-rule',
      subject: { kind: 'user', name: 'bob' },
    })
    expect(await read(api.send(`/api/v1/access/who-can?${ask}`))).toMatchObject({
      items: [{ subject: { kind: 'user', name: 'ada' }, binding: 'b', rule: 'kubernetes[0]' }],
    })
    await ok(bind('c', 'cluster-admin', { kind: 'cluster', cluster: 'alpha' }, 'nobody'))
    expect(await read(api.send(`/api/v1/access/explain?${ask}&as=nobody`))).toMatchObject({
      allowed: true,
      because: expect.stringContaining('Nobody called nobody has signed in'),
    })
    await ok(put(api.send, '/users/nobody', {}))
    await ok(api.send('/api/v1/users/nobody/disable', { method: 'POST', json: {} }))
    expect(await read(api.send(`/api/v1/access/explain?${ask}&as=nobody`))).toMatchObject({
      allowed: false,
      because: 'User nobody is disabled.',
      wall: 'hub-rule',
      binding: null,
    })
    expect(await read(api.send(`/api/v1/access/who-can?${ask}`))).toMatchObject({
      items: [{ subject: { kind: 'user', name: 'ada' } }],
    })
    await api.store.db.updateTable('clusters').set({ mode: 'read-only' }).where('name', '=', 'alpha').execute()
  })
})
