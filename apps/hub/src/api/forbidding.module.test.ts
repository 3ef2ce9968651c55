import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AsUser, asUser, insertFilledCluster } from './fixtures/as-user.ts'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
let ada: AsUser
beforeAll(async () => {
  api = await startTestApi()
  await insertFilledCluster(api, 'beta')
  ada = await asUser(api, 'ada')
  await asUser(api, 'bob')
})
afterAll(() => api[Symbol.asyncDispose]())
beforeEach(() => ok(bind('b', 'project-admin', mine)))

const mine = { kind: 'project', project: 'default' }
async function ok(sent: Promise<Response>): Promise<void> {
  const response = await sent
  expect(response.status, await response.text()).toBeLessThan(300)
}
async function code(sent: Promise<Response>): Promise<string> {
  const response = await sent
  const body = (await response.json()) as { code?: string }
  return `${response.status} ${body.code ?? ''}`.trim()
}
const put = (as: AsUser, path: string, json: unknown) => as(`/api/v1${path}`, { method: 'PUT', json })
const bind = (name: string, role: string, scope: unknown, subject = 'ada') =>
  put(api.send, `/bindings/${name}`, { role, scope, subjects: [{ kind: 'user', name: subject }] })

test('nobody takes away what somebody who looks after everything forbids to others', async () => {
  await ok(put(api.send, '/roles/no-vault', { deny: { permissions: [{ resources: ['inventory'], verbs: ['*'] }] } }))
  await ok(bind('d', 'no-vault', mine, 'bob'))
  const soon = new Date(Date.now() + 60_000).toISOString()
  const again = { subjects: [{ kind: 'user', name: 'bob' }], scope: mine }
  const tries = () =>
    Promise.all([
      code(put(ada, '/bindings/d', { ...again, role: 'project-read-only' })),
      code(put(ada, '/bindings/d', { ...again, role: 'no-vault', expiresAt: soon })),
      code(ada('/api/v1/bindings/d', { method: 'DELETE' })),
    ])
  expect(await tries()).toEqual(['403 too_much_power', '403 too_much_power', '403 too_much_power'])
  await ok(bind('o', 'organisation-read-only', { kind: 'organisation' }))
  expect(await tries()).toEqual(['403 too_much_power', '403 too_much_power', '403 too_much_power'])
  await ok(bind('o', 'organisation-admin', { kind: 'organisation' }))
  expect(await code(ada('/api/v1/bindings/d', { method: 'DELETE' }))).toBe('200')
  await ok(api.send('/api/v1/bindings/o', { method: 'DELETE' }))
})

test('nobody connects a cluster under a name by which others still have more rights', async () => {
  await ok(bind('old', 'cluster-admin', { kind: 'cluster', cluster: 'beta' }, 'bob'))
  await ok(bind('more', 'super-admin', { kind: 'cluster', cluster: 'beta' }, 'bob'))
  const rename = (from: string, to: string) =>
    ok(api.send(`/api/v1/clusters/${from}`, { method: 'PATCH', json: { name: to } }))
  await rename('beta', 'gamma')
  const take = () => code(ada('/api/v1/imports', { method: 'POST', json: { name: 'beta' } }))
  expect(await take()).toBe('403 too_much_power')
  await ok(api.send('/api/v1/bindings/more', { method: 'DELETE' }))
  expect(await take()).toBe('201')
  await ok(api.send('/api/v1/clusters/beta/disconnect', { method: 'POST', json: { force: true } }))
  await rename('gamma', 'beta')
})

test('a role that forbids to make tokens forbids to make one’s own', async () => {
  const make = () => code(ada('/api/v1/tokens', { method: 'POST', json: { name: 'mine' } }))
  expect(await make()).toBe('201')
  const deny = { permissions: [{ resources: ['tokens'], verbs: ['create'] }] }
  await ok(put(api.send, '/roles/no-tokens', { deny }))
  await ok(bind('t', 'no-tokens', { kind: 'organisation' }))
  expect(await make()).toBe('403 forbidden')
  expect((await ada('/api/v1/tokens')).status).toBe(200)
  await ok(api.send('/api/v1/bindings/t', { method: 'DELETE' }))
  expect(await make()).toBe('201')
})
