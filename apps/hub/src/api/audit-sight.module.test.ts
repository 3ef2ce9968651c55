import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { appendAudits } from '../store/audit.ts'
import { auditEntry } from '../store/fixtures/filled.ts'
import { testStore } from '../store/fixtures/stores.ts'
import { type AsUser, asUser } from './fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

interface Page {
  items: { action: string }[]
  next: string | null
  total: number
}

describe.each(['pglite', 'postgres'] as const)('the audit log on %s', engine => {
  const stack = new AsyncDisposableStack()
  let api: StartedApi
  let ada: AsUser
  beforeAll(async () => {
    const store = stack.use(await testStore(engine, inject('databaseUrl')))
    api = stack.use(await startTestApi({ store }))
    const [alpha, beta] = [await insertTestCluster(store, 'alpha'), await insertTestCluster(store, 'beta')]
    ada = await asUser(api, 'ada')
    const line = (action: string, cluster_id: string | null, namespace: string | null = null) => ({
      ...auditEntry(`seen.${action}`),
      cluster_id,
      namespace,
    })
    await appendAudits(store.db, [
      line('hub', null),
      line('gone', 'id-of-one-that-is-gone'),
      line('alpha', alpha),
      line('alpha-shop', alpha, 'shop'),
      line('alpha-vault', alpha, 'vault'),
      line('beta-shop', beta, 'shop'),
      line('beta', beta),
    ])
    await put('/roles/auditor', { permissions: [{ resources: ['audit'], verbs: ['get', 'list'] }] })
    await put('/roles/blind', { deny: { permissions: [{ resources: ['audit'], verbs: ['*'] }] } })
  })
  afterAll(() => stack.disposeAsync())
  beforeEach(async () => {
    const { items } = (await (await api.send('/api/v1/bindings')).json()) as { items: { name: string }[] }
    for (const { name } of items) await api.send(`/api/v1/bindings/${name}`, { method: 'DELETE' })
  })

  async function put(path: string, json: object) {
    const answer = await api.send(`/api/v1${path}`, { method: 'PUT', json })
    expect(answer.status, await answer.text()).toBe(200)
  }
  const bind = (name: string, role: string, scope: object) =>
    put(`/bindings/${name}`, { role, scope, subjects: [{ kind: 'user', name: 'ada' }] })
  const alpha = { kind: 'cluster', cluster: 'alpha' }
  const shop = { kind: 'namespace', cluster: 'alpha', namespaces: ['sh*'] }
  const page = async (query: string) => {
    const answer = await ada(`/api/v1/audit?action=seen${query}`)
    expect(answer.status).toBe(200)
    return (await answer.json()) as Page
  }
  const names = (items: Page['items']) => items.map(({ action }) => action.replace('seen.', '')).sort()
  const seen = async (query = '') => {
    const { items, total } = await page(query)
    expect(total, 'what is not seen is not counted').toBe(items.length)
    return names(items)
  }
  const exported = async () => {
    const answer = await ada('/api/v1/audit/export?action=seen')
    return names(
      (await answer.text())
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Page['items'][number]),
    )
  }

  test('shows nothing to somebody without the right anywhere, and exports nothing', async () => {
    await bind('b', 'project-read-only', { kind: 'project', project: 'default' })
    expect((await ada('/api/v1/audit')).status).toBe(403)
    expect((await ada('/api/v1/audit/export')).status).toBe(403)
  })

  test('shows the lines of a cluster to who has the right there, and no others by any filter', async () => {
    await bind('b', 'cluster-admin', alpha)
    expect(await seen()).toEqual(['alpha', 'alpha-shop', 'alpha-vault'])
    expect(await seen('&namespace=shop')).toEqual(['alpha-shop'])
    expect(await seen('&cluster=alpha')).toHaveLength(3)
    for (const cluster of ['beta', 'id-of-one-that-is-gone', 'nowhere'])
      expect(await seen(`&cluster=${cluster}`)).toEqual([])
    expect(await seen('&actor=ci&status=200')).toHaveLength(3)
    expect(await exported()).toEqual(['alpha', 'alpha-shop', 'alpha-vault'])
  })

  test('has pages of what is seen', async () => {
    await bind('b', 'cluster-admin', alpha)
    const all: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const found: Page = await page(`&limit=2${next && `&continue=${next}`}`)
      all.push(...names(found.items))
      next = found.next
    }
    expect(all.sort()).toEqual(['alpha', 'alpha-shop', 'alpha-vault'])
  })

  test('shows the clusters of a project, until one is taken out of it', async () => {
    await put('/projects/payments', {})
    await bind('b', 'project-admin', { kind: 'project', project: 'payments' })
    expect(await seen()).toEqual([])
    const change = (method: string) => api.send('/api/v1/projects/payments/clusters/beta', { method, json: {} })
    expect((await change('PUT')).status).toBeLessThan(300)
    expect(await seen()).toEqual(['beta', 'beta-shop'])
    expect((await change('DELETE')).status).toBeLessThan(300)
    expect(await seen()).toEqual([])
  })

  test('shows of a cluster only the namespaces that somebody has the right in, together with other clusters', async () => {
    await bind('b', 'auditor', shop)
    expect(await seen()).toEqual(['alpha-shop'])
    await bind('c', 'auditor', { kind: 'cluster', cluster: 'beta' })
    expect(await seen()).toEqual(['alpha-shop', 'beta', 'beta-shop'])
  })

  test('shows everything in the whole organisation, but what is forbidden', async () => {
    await bind('b', 'auditor', { kind: 'organisation' })
    expect(await seen()).toHaveLength(7)
    await bind('c', 'blind', alpha)
    expect(await seen()).toEqual(['beta', 'beta-shop', 'gone', 'hub'])
    expect(await exported()).toEqual(['beta', 'beta-shop', 'gone', 'hub'])
    await bind('c', 'blind', shop)
    expect(await seen()).toEqual(['alpha', 'alpha-vault', 'beta', 'beta-shop', 'gone', 'hub'])
  })

  test('is verified, and sent elsewhere, by the whole organisation’s right alone', async () => {
    await bind('b', 'project-admin', { kind: 'project', project: 'default' })
    await bind('c', 'cluster-admin', alpha)
    for (const path of ['/audit/head', '/audit/verify', '/audit-forwards']) {
      expect((await ada(`/api/v1${path}`)).status, path).toBe(403)
    }
    const put = { method: 'PUT', json: { to: 'https://logs.example.org' } }
    expect((await ada('/api/v1/audit-forwards/mine', put)).status).toBe(403)
    await bind('d', 'organisation-read-only', { kind: 'organisation' })
    expect((await ada('/api/v1/audit-forwards')).status).toBe(200)
    expect((await ada('/api/v1/audit-forwards/mine', put)).status).toBe(403)
  })
})
