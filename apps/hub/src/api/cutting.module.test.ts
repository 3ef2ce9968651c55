import { get, request } from 'node:http'
import { Duplex, PassThrough, Readable } from 'node:stream'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { testDeps, testPlace } from '../store/fixtures/stores.ts'
import { migrate, readMigrations } from '../store/migrate.ts'
import { openStore } from '../store/open.ts'
import { userToken } from './fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

const stack = new AsyncDisposableStack()
let replicas: [StartedApi, StartedApi]
let token = ''

/** A member that lets the hub do everything, and whose watches and shells go on for ever. */
const endless: KubeTransport = {
  kind: 'direct',
  async request({ method, path }) {
    const answer = (value: object) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Readable.from([JSON.stringify(value)]),
      trailers: () => ({}),
    })
    if (path.includes('watch=')) {
      const body = new PassThrough()
      body.write('{"type":"BOOKMARK"}\n')
      return { ...answer({}), body }
    }
    if (method === 'POST') return answer({ status: { allowed: true } })
    return answer({ metadata: { name: 'made', uid: crypto.randomUUID() } })
  },
  async upgrade() {
    const socket = new Duplex({ read() {}, write: (_piece, _encoding, done) => done() })
    return { headers: { connection: 'Upgrade', upgrade: 'websocket' }, socket }
  },
  async [Symbol.asyncDispose]() {},
}

const admin = async (path: string, method: string, json?: object) => {
  const answer = await replicas[0].send(`/api/v1${path}`, { method, ...(json && { json }) })
  expect(answer.status, await answer.clone().text()).toBeLessThan(300)
}

/** Resolves once the stream is open; `closed` with the time of its end. */
const watch = (api: StartedApi) =>
  new Promise<{ closed: Promise<number> }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const asked = get(`${api.url}/k8s/alpha/api/v1/namespaces/shop/pods?watch=1`, { headers, agent: false }, answer => {
      if (answer.statusCode !== 200) return reject(new Error(`A watch was answered with ${answer.statusCode}.`))
      answer.on('error', () => {})
      const closed = new Promise<number>(end => answer.once('close', () => end(performance.now())))
      answer.once('data', () => resolve({ closed }))
    })
    asked.on('error', reject)
  })

const shell = (api: StartedApi, as: Record<string, string> = { authorization: `Bearer ${token}` }) =>
  new Promise<{ closed: Promise<number>; socket: Duplex }>((resolve, reject) => {
    const path = '/k8s/alpha/api/v1/namespaces/shop/pods/web/exec?command=sh'
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    const key = { 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', ...as }
    const asked = request(api.url + path, { headers: { ...upgrade, ...key }, agent: false })
    asked.on('upgrade', (_answer, socket) => {
      socket.on('error', () => {})
      socket.resume()
      resolve({ socket, closed: new Promise(end => socket.once('close', () => end(performance.now()))) })
    })
    asked.on('response', answer => reject(new Error(`A shell was answered with ${answer.statusCode}.`)))
    asked.on('error', reject)
    asked.end()
  })

beforeAll(async () => {
  const { config } = stack.use(await testPlace('postgres', inject('databaseUrl')))
  const open = async () => stack.use(await openStore(config, testDeps))
  const stores = [await open(), await open()] as const
  await migrate(stores[0].db, await readMigrations())
  const start = async (at: 0 | 1) => stack.use(await startTestApi({ store: stores[at], transport: endless }))
  replicas = [await start(0), await start(1)]
  await insertTestCluster(stores[0], 'alpha')
  await stores[0].db.updateTable('clusters').set({ mode: 'full' }).execute()
  token = await userToken(replicas[0], 'ada')
  await admin('/groups/ops', 'PUT', { members: ['ada'] })
  await admin('/projects/pay', 'PUT', { clusters: ['alpha'] })
})
afterAll(() => stack.disposeAsync())

const ops = [{ kind: 'group', name: 'ops' }]
const bind = (name: string, scope: object) =>
  admin(`/bindings/${name}`, 'PUT', { role: 'cluster-admin', subjects: ops, scope })
/** Users of tests so far. */
let busy = 0
type Named = { id: string; name: string }
/** The hubs' clocks run ahead by this much, in ms. */
let later = 0
/** A time of day some seconds from now, by the hubs' clocks. */
const clock = (s: number) => new Date(Date.now() + later + s * 1000).toISOString().slice(11, 16)

const byCluster = { kind: 'cluster', cluster: 'alpha' }

test.each<[string, () => Promise<void>, () => Promise<void>]>([
  ['its binding is removed', () => bind('one', byCluster), () => admin('/bindings/one', 'DELETE')],
  [
    'its person leaves the group',
    () => bind('two', byCluster),
    () => admin('/groups/ops', 'PUT', { members: ['grace'] }),
  ],
  [
    'the cluster is taken out of the project',
    async () => {
      await admin('/bindings/two', 'DELETE')
      await admin('/groups/ops', 'PUT', { members: ['ada'] })
      await bind('three', { kind: 'project', project: 'pay' })
    },
    () => admin('/projects/pay/clusters/alpha', 'DELETE'),
  ],
  [
    'its cluster may not be reached by programs any more',
    () => bind('four', byCluster),
    () => admin('/limits/cluster/alpha', 'PUT', { noCli: true }),
  ],
  [
    'its group may come from elsewhere only',
    () => admin('/limits/cluster/alpha', 'PUT', {}),
    () => admin('/limits/group/ops', 'PUT', { from: ['192.0.2.0/24'] }),
  ],
  [
    'the hours of its person are over',
    async () => {
      await admin('/limits/group/ops', 'PUT', {})
      await admin('/limits/user/ada', 'PUT', { hours: [`daily ${clock(-3600)}-${clock(3600)} UTC`] })
    },
    async () => {
      for (const api of replicas) api.advance(7_200_000)
      later = 7_200_000
    },
  ],
  [
    'the hours of its cluster are over',
    async () => {
      await admin('/limits/user/ada', 'PUT', {})
      await admin('/limits/cluster/alpha', 'PUT', { hours: [`daily ${clock(-3600)}-${clock(3600)} UTC`] })
    },
    async () => {
      for (const api of replicas) api.advance(7_200_000)
    },
  ],
  [
    'it is forbidden by another role',
    async () => {
      await admin('/limits/cluster/alpha', 'PUT', {})
      const deny = { kubernetes: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }
      await admin('/roles/stop', 'PUT', { deny })
    },
    () => admin('/bindings/five', 'PUT', { role: 'stop', subjects: ops, scope: { kind: 'organisation' } }),
  ],
])('what is under way ends on every replica within 2 s when %s', async (_when, give, take) => {
  await give()
  const open = await eventually(() => Promise.all(replicas.flatMap(api => [watch(api), shell(api)])), {
    within: 10_000,
  })
  await take()
  const taken = performance.now()
  for (const { closed } of open) expect((await closed) - taken).toBeLessThan(2_000)
  const cut = async () => {
    const rows = await replicas[0].store.db.selectFrom('audit').select('status').where('status', '=', 499).execute()
    expect(rows.length).toBeGreaterThanOrEqual(open.length)
  }
  await eventually(cut, { within: 10_000 })
})

test('keys that are typed into a shell keep its session, and pings do not', async () => {
  const api = replicas[0]
  const headers = { 'content-type': 'application/json' }
  const signIn = async () => {
    const body = JSON.stringify({ token: api.token })
    const answer = await fetch(`${api.url}/api/v1/session`, { method: 'POST', headers, body })
    expect(answer.status).toBe(201)
    return { cookie: answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '', origin: api.url }
  }
  const [typing, away] = [await shell(api, await signIn()), await shell(api, await signIn())]
  const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0])
  const key = Buffer.from([0x82, 0x82, 0, 0, 0, 0, 0, 97])
  const began = performance.now()
  api.advance(100 * 60_000)
  typing.socket.write(key)
  away.socket.write(ping)
  const used = () =>
    api.store.db.selectFrom('sessions').select('id').where('idle_expires_at', '>', inTwoHours).execute()
  const inTwoHours = new Date(api.now().getTime() + 119 * 60_000)
  await eventually(async () => expect(await used()).toHaveLength(1), { within: 10_000 })
  api.advance(30 * 60_000)
  expect(await away.closed).toBeGreaterThan(began)
  expect(typing.socket.destroyed).toBe(false)
  typing.socket.destroy()
})

test.each<[string, (user: string) => Promise<void>]>([
  ['their user is disabled', user => admin(`/users/${user}/disable`, 'POST')],
  [
    'their token is revoked',
    async user => {
      const { items } = (await (await replicas[0].send('/api/v1/tokens')).json()) as { items: Named[] }
      const id = items.find(({ name }) => name === `of ${user}`)?.id
      await admin(`/tokens/${id}`, 'DELETE')
    },
  ],
  [
    'their token is revoked and nobody is told of it',
    async user => {
      const revoked = { revoked_at: new Date() }
      await replicas[0].store.db.updateTable('tokens').set(revoked).where('name', '=', `of ${user}`).execute()
    },
  ],
])('somebody who is asking all the time is refused on every replica within 2 s when %s', async (_when, take) => {
  busy += 1
  const user = `busy-${busy}`
  const headers = { authorization: `Bearer ${await userToken(replicas[0], user)}` }
  const role = { role: 'cluster-admin', subjects: [{ kind: 'user', name: user }], scope: byCluster }
  await admin('/bindings/five', 'PUT', role)
  const statuses = () =>
    Promise.all(replicas.map(async ({ url }) => (await fetch(`${url}/k8s/alpha/version`, { headers })).status))
  await eventually(async () => expect(await statuses()).toEqual([200, 200]), { within: 10_000, every: 50 })
  await take(user)
  const taken = performance.now()
  let last = taken
  for (let now = await statuses(); now.includes(200); now = await statuses()) last = performance.now()
  expect(last - taken).toBeLessThan(2_000)
  // An address that sends a bad credential over and over is told to wait.
  for (const status of await statuses()) expect([401, 429]).toContain(status)
})
