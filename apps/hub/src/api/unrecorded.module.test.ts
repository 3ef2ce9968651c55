import { once } from 'node:events'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openSession } from '../kubeproxy/fixtures/open-session.ts'
import { type PlayedMember, playedMember } from '../kubeproxy/fixtures/played-member.ts'
import { channel, frame } from '../recordings/fixtures/frames.ts'
import { userToken } from './fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

const EXEC = '/k8s/alpha/api/v1/namespaces/shop/pods/web/exec?command=sh&stdin=true&stdout=true&tty=true'
/** ms; a chunk is stored after a second or so. */
const SOON = { within: 30_000 }

let api: StartedApi
let member: PlayedMember
beforeAll(async () => {
  member = playedMember()
  api = await startTestApi({ transport: member.transport })
  const id = await insertTestCluster(api.store, 'alpha')
  await api.store.db.updateTable('clusters').set({ mode: 'full' }).where('id', '=', id).execute()
})
afterAll(() => api?.[Symbol.asyncDispose]())

/** The store of recordings is gone, as with a full disk; everything else goes on. */
const away = async (table: 'recordings' | 'recording_chunks', back = false) => {
  const [from, to] = back ? [`${table}_away`, table] : [table, `${table}_away`]
  await sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(api.store.db)
}
let broken: ('recordings' | 'recording_chunks')[] = []
beforeEach(() => {
  broken = []
})
afterEach(async () => {
  for (const table of broken) await away(table, true)
})
const breakTable = async (table: (typeof broken)[number]) => {
  await away(table)
  broken.push(table)
}

const put = async (path: string, json: unknown) => {
  const answer = await api.send(`/api/v1${path}`, { method: 'PUT', json })
  expect(answer.status, await answer.text()).toBe(200)
}
const policy = (policy: string | null) => put('/clusters/alpha/recording', { policy })
const shell = (token = api.token, protocols?: string) => openSession(api.url, token, EXEC, protocols)
const ended = async () => {
  const row = await api.store.db
    .selectFrom('audit')
    .select(['status', 'because', 'subresource', 'recording'])
    .where('subresource', '=', 'exec')
    .where('status', 'is not', null)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row
}

test('where sessions must be recorded, one that can not be does not begin', async () => {
  await policy('record-or-refuse')
  await breakTable('recordings')
  const before = member.sessions.length
  const refused = await shell()
  expect(refused).toMatchObject({ status: 503, body: expect.stringContaining('must be recorded') })
  // The member was not even asked: a command would have run.
  expect(member.sessions.length).toBe(before)
  await eventually(async () => expect(await ended()).toMatchObject({ status: 503 }), SOON)

  await policy('record')
  const opened = await shell()
  expect(opened.status).toBe(101)
  if ('socket' in opened) opened.socket.destroy()
})

test('where sessions must be recorded, a member may only agree on what can be read', async () => {
  await policy('record-or-refuse')
  const before = member.sessions.length
  const refused = await shell(api.token, 'chat, v9.channel.k8s.io')
  expect(refused).toMatchObject({ status: 503, body: expect.stringContaining('offers no protocol that can be read') })
  expect(member.sessions.length).toBe(before)
  const opened = await shell(api.token, 'v9.channel.k8s.io, v5.channel.k8s.io')
  if (!('socket' in opened)) return expect.fail(opened.body)
  opened.socket.resume()
  member.sessions.at(-1)?.end()
  const protocols = () => api.store.db.selectFrom('recordings').select(['state', 'protocol']).execute()
  await eventually(async () => expect((await protocols()).at(-1)?.state).not.toBe('running'), SOON)
  expect((await protocols()).at(-1)?.protocol).toBe('v5.channel.k8s.io')

  await policy('record')
  const unread = await shell(api.token, 'chat')
  expect(unread.status).toBe(101)
  if ('socket' in unread) unread.socket.destroy()
})

test('nothing is said to be recorded where the member refuses', async () => {
  const recorded = async () => (await api.store.db.selectFrom('recordings').select('id').execute()).length
  const before = await recorded()
  member.refusal = new KubeStatusError(400, 'BadRequest', 'There is no such container.')
  try {
    expect(await shell()).toMatchObject({ status: 400, body: expect.stringContaining('no such container') })
  } finally {
    member.refusal = null
  }
  expect(await recorded()).toBe(before)
  await eventually(async () => expect(await ended()).toMatchObject({ status: 400, recording: null }), SOON)
})

test('where sessions must be recorded, one that is under way ends as its recording can not be stored', async () => {
  await policy('record-or-refuse')
  const opened = await shell()
  if (!('socket' in opened)) return expect.fail(opened.body)
  const far = member.sessions.at(-1)!
  const seen: Buffer[] = []
  opened.socket.on('data', (chunk: Buffer) => seen.push(chunk))
  const closed = once(opened.socket, 'close')
  far.write(frame(channel(1, '$ ')))
  await eventually(() => expect(Buffer.concat(seen).toString()).toContain('$ '), SOON)
  await eventually(async () => {
    const chunk = await api.store.db.selectFrom('recording_chunks').select('n').executeTakeFirst()
    return chunk !== undefined
  }, SOON)

  await breakTable('recording_chunks')
  far.write(frame(channel(1, 'not kept')))
  await closed
  await eventually(
    async () =>
      expect(await ended()).toMatchObject({
        because: 'The recording could not be stored.',
        status: expect.any(Number),
      }),
    SOON,
  )
  await policy('record')
})

test('a role that must be recorded is, where others go on without', async () => {
  await policy(null)
  const kubernetes = [
    { apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] },
    { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['create'] },
  ]
  const permissions = [{ resources: ['clusters'], verbs: ['get'] }]
  const tokens: Record<string, string> = {}
  for (const [name, recording] of Object.entries({ ada: 'record-or-refuse', bob: 'record' })) {
    await put(`/roles/of-${name}`, { kubernetes, permissions, recording })
    tokens[name] = await userToken(api, name)
    const subjects = [{ kind: 'user', name }]
    await put(`/bindings/of-${name}`, { role: `of-${name}`, subjects, scope: { kind: 'cluster', cluster: 'alpha' } })
  }
  const explained = async (name: string) =>
    (await (
      await api.send(
        `/api/v1/access/explain?as=${name}&cluster=alpha&verb=create&resource=pods&subresource=exec&namespace=shop`,
      )
    ).json()) as object
  expect(await explained('ada')).toMatchObject({ allowed: true, recording: 'record-or-refuse' })
  expect(await explained('bob')).toMatchObject({ allowed: true, recording: 'record' })

  await breakTable('recordings')
  expect(await shell(tokens.ada)).toMatchObject({ status: 503 })
  const opened = await shell(tokens.bob)
  expect(opened.status).toBe(101)
  if ('socket' in opened) opened.socket.destroy()
  // Nor by the way that passes the hub.
  const run = (name: string) =>
    fetch(`${api.url}/k8s/alpha/api/v1/nodes/n/proxy/run/shop/web/c?cmd=id`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens[name]}` },
    })
  expect((await run('ada')).status).toBe(503)
  expect((await run('bob')).status).toBe(200)
})
