import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSealer } from '../connections/sealing.ts'
import { SealingKey } from '../connections/sealing-key.ts'
import { startRecording } from '../recordings/recorder.ts'
import { type AsUser, asUser } from './fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

const sealer = makeSealer([new SealingKey(randomBytes(32))])
let api: StartedApi
let reader: AsUser
let admin: AsUser
let nobody: AsUser
beforeAll(async () => {
  api = await startTestApi({ sealer })
  const id = await insertTestCluster(api.store, 'alpha')
  ;[reader, admin, nobody] = [await asUser(api, 'ron'), await asUser(api, 'ada'), await asUser(api, 'bob')]
  for (const [name, role] of [
    ['ron', 'organisation-read-only'],
    ['ada', 'organisation-admin'],
  ] as const) {
    const json = { role, scope: { kind: 'organisation' }, subjects: [{ kind: 'user', name }] }
    const response = await api.send(`/api/v1/bindings/${name}`, { method: 'PUT', json })
    expect(response.status, await response.text()).toBeLessThan(300)
  }
  const deps = { store: api.store, sealer, now: () => new Date(), clock: () => performance.now() }
  const session = { kind: 'exec', namespace: 'shop', pod: 'web', container: null, command: ['sh'], tty: true } as const
  const recording = await startRecording(
    { ...deps, failed: () => expect.unreachable() },
    {
      ...{ id: 'r1', who: { kind: 'user', id: 'u', name: 'eve', groups: [] }, source: '::1', protocol: 'v5' },
      ...{ cluster: { id, name: 'alpha' }, session: { ...session, command: ['sh'] }, policy: 'record' },
    },
    () => expect.unreachable(),
  )
  const said = (stream: 'stdin' | 'stdout', data: string) => ({ stream, data: Buffer.from(data) })
  await recording.take([said('stdout', '# '), said('stdout', 'id'), said('stdin', '\r'), said('stdout', '\r\n')])
  await recording.end()
})
afterAll(() => api?.[Symbol.asyncDispose]())

const status = async (sent: Promise<Response>) => {
  const response = await sent
  await response.arrayBuffer()
  return response.status
}
const CAST = '/api/v1/recordings/cast?id=r1'
const lines = (action: string) =>
  api.store.db.selectFrom('audit').selectAll().where('action', '=', action).orderBy('seq').execute()

describe('a recording', () => {
  test('is seen by who may see recordings, which reading the audit log is not', async () => {
    for (const path of [CAST, '/api/v1/recordings', '/api/v1/recordings/r1', '/api/v1/recordings?typed=id']) {
      expect([path, await status(nobody(path)), await status(reader(path)), await status(admin(path))]).toEqual([
        path,
        403,
        403,
        200,
      ])
    }
    for (const path of ['/api/v1/audit', '/api/v1/audit/export', '/api/v1/audit/head', '/api/v1/audit/verify']) {
      expect([path, await status(nobody(path)), await status(reader(path))]).toEqual([path, 403, 200])
    }
    expect(await status(fetch(api.url + CAST))).toBe(401)
  })

  test('is played, and who played it is written down before anything was sent', async () => {
    const before = await lines('raw.cast')
    const response = await admin(CAST)
    expect(response.headers.get('content-type')).toBe('application/x-asciicast')
    expect((await response.text()).split('\n')[0]).toContain('"title":"eve in alpha/shop/web"')
    const played = (await lines('raw.cast')).slice(before.length)
    expect(played).toMatchObject([
      { actor_name: 'ada', target: 'recordings/r1', recording: 'r1', status: null, binding: 'ada', namespace: 'shop' },
      { actor_name: 'ada', target: 'recordings/r1', recording: 'r1', status: 200 },
    ])
    expect(await status(admin('/api/v1/recordings/cast?id=none'))).toBe(404)
    expect(await status(admin('/api/v1/recordings/cast'))).toBe(404)
  })

  test('is not played while the audit log can not be written', async () => {
    const response = await api.send('/api/v1/recordings/r1')
    expect(await response.json()).toMatchObject({ typed: [{ line: '# id' }] })
    api.breakAudit(true)
    const refused = await admin(CAST)
    api.breakAudit(false)
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'audit_unavailable' }])
  })

  test('is found by what was typed, and deleted, which stays in the audit log', async () => {
    const found = (await (await admin('/api/v1/recordings?typed=ID')).json()) as { items: object[] }
    expect(found.items).toMatchObject([{ id: 'r1', matches: [{ line: '# id' }], state: 'whole' }])
    expect(await status(admin('/api/v1/recordings/r1', { method: 'DELETE' }))).toBe(200)
    expect(await status(admin('/api/v1/recordings/r1'))).toBe(404)
    expect(await status(admin('/api/v1/recordings/r1', { method: 'DELETE' }))).toBe(404)
    expect((await lines('recordings.delete')).at(1)).toMatchObject({
      actor_name: 'ada',
      target: 'recordings/r1',
      status: 200,
    })
  })
})

test('whether sessions are recorded is the hub’s setting, or a cluster’s own', async () => {
  const path = '/api/v1/clusters/alpha/recording'
  const put = (as: AsUser, policy: string | null) => as(path, { method: 'PUT', json: { policy } })
  expect(await (await admin(path)).json()).toEqual({ policy: null, effective: 'record' })
  expect(await (await put(admin, 'record-or-refuse')).json()).toEqual({
    policy: 'record-or-refuse',
    effective: 'record-or-refuse',
  })
  expect(await (await reader(path)).json()).toEqual({ policy: 'record-or-refuse', effective: 'record-or-refuse' })
  expect(await status(put(reader, 'off'))).toBe(403)
  expect(await (await put(admin, null)).json()).toEqual({ policy: null, effective: 'record' })
  expect(await status(put(admin, 'sometimes'))).toBe(400)
})
