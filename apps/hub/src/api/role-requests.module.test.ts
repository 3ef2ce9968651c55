import type { RoleRequest } from '@moorage/contract/role-request.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endBindings } from '../access/end-bindings.ts'
import { type AsUser, asUser } from './fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
let ada: AsUser
let boss: AsUser
let stranger: AsUser

beforeAll(async () => {
  api = await startTestApi()
  await insertTestCluster(api.store, 'alpha')
  ada = await asUser(api, 'ada')
  boss = await asUser(api, 'boss')
  stranger = await asUser(api, 'stranger')
  const json = {
    role: 'project-admin',
    subjects: [{ kind: 'user', name: 'boss' }],
    scope: { kind: 'project', project: 'default' },
  }
  expect((await api.send('/api/v1/bindings/bosses', { method: 'PUT', json })).status).toBe(200)
})
afterAll(() => api[Symbol.asyncDispose]())

const wish = { role: 'cluster-admin', scope: { kind: 'cluster', cluster: 'alpha' }, seconds: 3_600, reason: 'INC-7' }
const ask = async (as: AsUser, json: object = wish) => {
  const answer = await as('/api/v1/role-requests', { method: 'POST', json })
  expect(answer.status).toBe(201)
  return (await answer.json()) as RoleRequest
}
const decide = (as: AsUser, id: string, what: 'approve' | 'deny' | 'withdraw', json: object = {}) =>
  as(`/api/v1/role-requests/${id}/${what}`, { method: 'POST', json })
const listed = async (as: AsUser, query = '') =>
  ((await (await as(`/api/v1/role-requests${query}`)).json()) as { items: RoleRequest[] }).items
const statusFor = async (as: AsUser) => (await as('/api/v1/clusters/alpha')).status

test('a role that was asked for and approved is there, and ends by itself', async () => {
  expect(await statusFor(ada)).toBe(404)
  const { id, state, mayDecide } = await ask(ada)
  expect({ state, mayDecide }).toEqual({ state: 'pending', mayDecide: false })
  expect(await statusFor(ada), 'asking gives nothing').toBe(404)
  expect(await listed(boss, '?state=pending')).toMatchObject([{ id, mayDecide: true, reason: 'INC-7' }])
  const approved = await decide(boss, id, 'approve', { seconds: 1_800, answer: 'Good luck' })
  expect(approved.status).toBe(200)
  expect(await approved.json()).toMatchObject({
    state: 'approved',
    seconds: 1_800,
    decidedBy: 'boss',
    binding: `request-${id}`,
    mayDecide: false,
  })
  expect(await statusFor(ada)).toBe(200)
  expect(await listed(ada)).toMatchObject([{ id, answer: 'Good luck' }])
  expect((await decide(boss, id, 'deny')).status, 'it is decided').toBe(409)
  api.advance(1_801_000)
  expect(await statusFor(ada)).toBe(404)
  const ended: string[] = []
  const note = async ({ name }: { name: string }) => void ended.push(name)
  await endBindings(api, note)
  await endBindings(api, note)
  expect(ended, 'its end is noted once').toEqual([`request-${id}`])
  api.advance(31 * 86_400_000)
  await endBindings(api, note)
  expect(await listed(ada), 'and forgotten after a month').toEqual([])
  expect(await api.store.db.selectFrom('bindings').select('name').execute()).toEqual([{ name: 'bosses' }])
})

test('nobody decides about their own request, nor about what they may not see', async () => {
  const own = await ask(boss)
  const refused = await decide(boss, own.id, 'approve')
  expect(refused.status).toBe(403)
  expect(((await refused.json()) as { detail: string }).detail).toContain('their own')
  const other = await ask(ada)
  expect((await decide(ada, other.id, 'approve')).status).toBe(403)
  expect((await decide(stranger, other.id, 'approve')).status).toBe(403)
  expect((await decide(stranger, other.id, 'withdraw')).status).toBe(404)
  expect(await listed(stranger)).toEqual([])
  expect((await decide(boss, other.id, 'deny', { answer: 'No' })).status).toBe(200)
  expect((await decide(boss, other.id, 'approve')).status).toBe(409)
})

test('nobody gives by an approval what they do not have', async () => {
  const { id } = await ask(ada, { ...wish, role: 'super-admin' })
  const answer = await decide(boss, id, 'approve')
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ code: 'too_much_power' })
  const elsewhere = await ask(ada, { ...wish, scope: { kind: 'organisation' } })
  expect((await decide(boss, elsewhere.id, 'approve')).status, 'the boss does not see it').toBe(404)
})

test('what is withdrawn ends, also where it was approved', async () => {
  const { id } = await ask(ada)
  expect((await decide(boss, id, 'approve')).status).toBe(200)
  expect(await statusFor(ada)).toBe(200)
  expect((await decide(ada, id, 'withdraw')).status).toBe(200)
  expect(await statusFor(ada)).toBe(404)
  expect((await decide(ada, id, 'withdraw')).status).toBe(409)
})

test('what nobody has decided in a day expires', async () => {
  const { id } = await ask(ada)
  api.advance(86_401_000)
  expect(await listed(ada, '?state=expired')).toMatchObject(expect.arrayContaining([expect.objectContaining({ id })]))
  expect((await decide(boss, id, 'approve')).status).toBe(409)
})

test('an admin token has nothing to ask for, and one person does not fill the list', async () => {
  expect((await api.send('/api/v1/role-requests', { method: 'POST', json: wish })).status).toBe(400)
  for (let count = 0; count < 20; count += 1) await ask(stranger)
  expect((await stranger('/api/v1/role-requests', { method: 'POST', json: wish })).status).toBe(429)
  expect((await ada('/api/v1/role-requests', { method: 'POST', json: { ...wish, role: 'nobody' } })).status).toBe(404)
})

test('asking and withdrawing changes no rights, has an end, and hides nobody else’s request', async () => {
  api.advance(86_401_000)
  const waiting = await ask(ada)
  const before = api.policy.current().version
  for (let count = 0; count < 20; count += 1) {
    const { id } = await ask(stranger)
    expect((await decide(stranger, id, 'withdraw')).status).toBe(200)
  }
  expect((await stranger('/api/v1/role-requests', { method: 'POST', json: wish })).status).toBe(429)
  await api.policy.reload()
  expect(api.policy.current().version, 'no change of rights').toBe(before)
  const row = await api.store.db
    .selectFrom('access_requests')
    .selectAll()
    .where('state', '=', 'withdrawn')
    .executeTakeFirstOrThrow()
  const copies = Array.from({ length: 500 }, (_, number) => ({
    ...row,
    id: `copy-${number}`,
    scope: JSON.stringify(row.scope),
    created_at: api.now(),
  }))
  await api.store.db.insertInto('access_requests').values(copies).execute()
  expect((await listed(boss))[0]).toMatchObject({ id: waiting.id, state: 'pending' })
  expect(await listed(boss, '?state=pending')).toMatchObject([{ id: waiting.id }])
  expect((await decide(boss, waiting.id, 'deny')).status).toBe(200)
  await api.store.db.deleteFrom('access_requests').where('id', 'like', 'copy-%').execute()
})

test('who may decide is told, and others are not', async () => {
  const told = async (as: AsUser, signal: AbortSignal) => {
    const answer = await as('/api/v1/changes', { signal })
    let text = ''
    const done = (async () => {
      const decoder = new TextDecoder()
      try {
        for await (const piece of answer.body!) text += decoder.decode(piece as Uint8Array, { stream: true })
      } catch (error) {
        if (!signal.aborted) throw error
      }
    })()
    return { text: () => text, done }
  }
  const stop = new AbortController()
  const heard = { boss: await told(boss, stop.signal), stranger: await told(stranger, stop.signal) }
  const { id } = await ask(ada)
  await expect.poll(heard.boss.text, { timeout: 10_000 }).toContain(id)
  await decide(boss, id, 'deny')
  stop.abort()
  await Promise.all([heard.boss.done, heard.stranger.done])
  expect(heard.stranger.text()).not.toContain(id)
})
