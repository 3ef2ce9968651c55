import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { playedMember } from '../kubeproxy/fixtures/played-member.ts'
import { type AsUser, asUser } from './fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

const PLANTED = 'planted-4c81f0'
const PODS = '/k8s/alpha/api/v1/namespaces/shop/pods'

let api: StartedApi
let ada: AsUser
let sent: string[]
beforeAll(async () => {
  const member = playedMember()
  sent = member.bodies
  api = await startTestApi({ transport: member.transport })
  const id = await insertTestCluster(api.store, 'alpha')
  await insertTestCluster(api.store, 'beta')
  await api.store.db.updateTable('clusters').set({ mode: 'full' }).where('id', '=', id).execute()
  ada = await asUser(api, 'ada')
})
afterAll(() => api?.[Symbol.asyncDispose]())

const policy = async (policy: string) => {
  const answer = await api.send('/api/v1/clusters/alpha/audit-bodies', { method: 'PUT', json: { policy } })
  expect(await answer.json()).toEqual({ policy })
}
const bind = (scope: object, role = 'cluster-admin') =>
  api.send('/api/v1/bindings/b', {
    method: 'PUT',
    json: { role, scope, subjects: [{ kind: 'user', name: 'ada' }] },
  })

/** Sends a change, and gives its id. */
async function change(body: string | object, { path = PODS, type = 'application/json', method = 'POST' } = {}) {
  const answer = await api.send(path, {
    method,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': type },
  })
  expect(answer.status).toBe(200)
  await answer.arrayBuffer()
  return answer.headers.get('x-request-id')!
}
const found = async (id: string, as = api.send) => {
  const answer = await as(`/api/v1/audit-bodies/${id}`)
  return { status: answer.status, body: (await answer.json()) as { text: string | null; note: string | null } }
}
const kept = (id: string) =>
  eventually(async () => {
    const { status, body } = await found(id)
    expect(status).toBe(200)
    return body
  })
const rows = async () => JSON.stringify(await api.store.db.selectFrom('audit_bodies').selectAll().execute())

const pod = { kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ env: [{ name: 'A', value: PLANTED }] }] } }

test('nothing of a body is kept without a policy', async () => {
  const id = await change(pod)
  expect((await found(id)).status).toBe(404)
  expect(await rows()).toBe('[]')
})

test('with one, changes are kept without their secrets, and reach the cluster as they were', async () => {
  await policy('changes')
  // Another replica, or the second before, may still go by what held.
  await eventually(async () => {
    const id = await change(pod)
    expect((await found(id)).status).toBe(200)
  })
  expect(sent).toContain(JSON.stringify(pod))
  const secret = await change(
    { kind: 'Secret', metadata: { name: 'db' }, stringData: { url: PLANTED } },
    { path: '/k8s/alpha/api/v1/namespaces/shop/secrets' },
  )
  expect(await kept(secret)).toMatchObject({
    text: '{"kind":"Secret","metadata":{"name":"db"},"stringData":{"url":"[masked]"}}',
    note: null,
    bytes: 80,
  })
  const patch = await change(`spec: { password: ${PLANTED}, replicas: 3 }`, {
    path: `${PODS}/web`,
    type: 'application/apply-patch+yaml',
    method: 'PATCH',
  })
  expect((await kept(patch)).text).toBe('{"spec":{"password":"[masked]","replicas":3}}')
  const large = `{"a":"${'x'.repeat(300_000)}"}`
  expect(await kept(await change(large))).toMatchObject({ text: null, note: 'It is too large to be read.' })
  expect(sent.includes(large)).toBe(true)
  expect(await kept(await change('k8s', { type: 'application/vnd.kubernetes.protobuf' }))).toMatchObject({ text: null })

  const opened = await api.store.db.selectFrom('audit_bodies').select('request_id').execute()
  for (const { request_id } of opened) expect(JSON.stringify(await found(request_id))).not.toContain(PLANTED)
  expect(await rows()).not.toMatch(/masked|planted/)
  expect(api.log.join()).not.toContain(PLANTED)
})

test('only who may read the lines of where it was sent to reads it, and who may set it sets it', async () => {
  await policy('changes')
  const id = await eventually(async () => {
    const id = await change(pod)
    expect((await found(id)).status).toBe(200)
    return id
  })
  expect((await found(id, ada)).status).toBe(403)
  await bind({ kind: 'cluster', cluster: 'beta' })
  expect((await found(id, ada)).status).toBe(404)
  await bind({ kind: 'cluster', cluster: 'alpha' })
  expect((await found(id, ada)).status).toBe(200)
  const set = { method: 'PUT', json: { policy: 'off' } }
  expect((await ada('/api/v1/clusters/alpha/audit-bodies', set)).status).toBe(403)
  expect(await (await ada('/api/v1/clusters/alpha/audit-bodies')).json()).toEqual({ policy: 'changes' })
  await policy('off')
  await eventually(async () => expect((await found(await change(pod))).status).toBe(404))
})
