import { afterAll, beforeAll, expect, test } from 'vitest'
import { asUser } from './fixtures/as-user.ts'
import { peopleAt } from './fixtures/people.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
  await insertTestCluster(api.store, 'alpha')
})
afterAll(() => api[Symbol.asyncDispose]())
const { send } = peopleAt(() => api)

const scope = { kind: 'organisation' }
const bindingNames = async () => (await send('GET', '/bindings')).body.items.map(({ name }) => name)

test('whoever has the name of a deleted user next has none of their bindings, groups and requests', async () => {
  const ada = await asUser(api, 'ada')
  const bob = { kind: 'user', name: 'bob' }
  const bind = (name: string, subjects: unknown[]) =>
    send('PUT', `/bindings/${name}`, { role: 'organisation-read-only', subjects, scope })
  await bind('hers', [{ kind: 'user', name: 'ada' }])
  await bind('shared', [{ kind: 'user', name: 'ada' }, bob])
  await bind('of-the-group', [{ kind: 'group', name: 'ops' }])
  await send('PUT', '/groups/ops', { description: '', members: ['ada', 'bob'] })
  const wish = { role: 'cluster-admin', scope: { kind: 'cluster', cluster: 'alpha' }, seconds: 60, reason: 'INC-1' }
  expect((await ada('/api/v1/role-requests', { method: 'POST', json: wish })).status).toBe(201)
  expect((await ada('/api/v1/clusters/alpha')).status).toBe(200)

  const deleted = await send('DELETE', '/users/ada')
  expect(deleted.body).toEqual({ deleted: 'ada', bindings: ['hers', 'shared'], groups: ['ops'] })
  expect(await bindingNames()).toEqual(['of-the-group', 'shared'])
  expect((await send('GET', '/role-requests')).body.items).toEqual([])

  const next = await asUser(api, 'ada')
  expect((await next('/api/v1/clusters/alpha')).status).toBe(404)
  expect((await send('DELETE', '/users/nobody')).body.code).toBe('not_found')
})

test('a service account that is made anew has none of the rights of the one before', async () => {
  const robot = { kind: 'service-account', name: 'robot' }
  await send('PUT', '/service-accounts/robot', {})
  await send('PUT', '/bindings/robots', { role: 'organisation-read-only', subjects: [robot], scope })
  expect((await send('DELETE', '/service-accounts/robot')).body).toEqual({ deleted: 'robot', bindings: ['robots'] })
  expect(await bindingNames()).not.toContain('robots')
})

test('nobody rids themselves of what is forbidden to them by being deleted', async () => {
  const eve = await asUser(api, 'eve')
  const subjects = [{ kind: 'user', name: 'eve' }]
  await send('PUT', '/bindings/eves', { role: 'super-admin', subjects, scope })
  const role = { description: '', permissions: [], kubernetes: [], nonResource: [] }
  const deny = { permissions: [], kubernetes: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] }
  expect((await send('PUT', '/roles/no-secrets', { ...role, deny })).status).toBe(200)
  expect((await send('PUT', '/bindings/walls', { role: 'no-secrets', subjects, scope })).status).toBe(200)
  const refused = await eve('/api/v1/users/eve', { method: 'DELETE' })
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'too_much_power'])
})
