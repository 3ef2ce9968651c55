import { type IncomingMessage, request } from 'node:http'
import { Duplex, Readable } from 'node:stream'
import { podTerminalPath } from '@moorage/contract/terminal.ts'
import type { KubeRequest, KubeTransport } from '@moorage/kube/transport.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AsUser, asUser } from '../fixtures/as-user.ts'
import { insertTestCluster, type StartedApi, startTestApi } from '../fixtures/started-api.ts'
import { cookieOf } from './fixtures/cookie-of.ts'

const asked: KubeRequest[] = []
/** A member that lets the hub do everything, and whose shells go on for ever. */
const member: KubeTransport = {
  kind: 'direct',
  async request({ method }) {
    const value =
      method === 'POST' ? { status: { allowed: true } } : { metadata: { name: 'made', uid: crypto.randomUUID() } }
    const body = Readable.from([JSON.stringify(value)])
    return { status: 200, headers: { 'content-type': 'application/json' }, body, trailers: () => ({}) }
  },
  async upgrade(what) {
    asked.push(what)
    const socket = new Duplex({
      read() {},
      write: (_piece, _encoding, done) => done(),
      final(done) {
        this.push(null)
        done()
      },
    })
    return {
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'v5.channel.k8s.io' },
      socket,
    }
  },
  async [Symbol.asyncDispose]() {},
}

let api: StartedApi
let off: StartedApi
let ada: AsUser
beforeAll(async () => {
  api = await startTestApi({ transport: member })
  off = await startTestApi({ terminals: { pod: false, kubectl: true } })
  await insertTestCluster(api.store, 'alpha')
  await api.store.db.updateTable('clusters').set({ mode: 'full' }).execute()
  ada = await asUser(api, 'ada')
  const json = { role: 'namespace-read-only', scope: { kind: 'namespace', cluster: 'alpha', namespaces: ['shop'] } }
  const subjects = [{ kind: 'user', name: 'ada' }]
  await ok(api.send('/api/v1/bindings/look', { method: 'PUT', json: { ...json, subjects } }))
})
afterAll(() => Promise.all([api[Symbol.asyncDispose](), off[Symbol.asyncDispose]()]))

async function ok(sent: Promise<Response>): Promise<void> {
  const answer = await sent
  expect(answer.status, await answer.text()).toBeLessThan(300)
}

type Opened = { status: number; body: { code?: string; detail?: string; choices?: string[] }; head: IncomingMessage }
const PROTOCOLS = 'v5.channel.k8s.io, v4.channel.k8s.io'

/** Asks for a terminal; resolves with the answer, and ends what was opened. */
const open = (path: string, headers: Record<string, string | undefined> = {}, of = api) =>
  new Promise<Opened>((resolve, reject) => {
    const all = {
      ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      ...{ 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-protocol': PROTOCOLS },
      authorization: `Bearer ${of.token}`,
      ...headers,
    }
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    const asking = request(of.url + path, { headers: sent as Record<string, string>, agent: false })
    asking.on('upgrade', (head, socket) => {
      socket.destroy()
      resolve({ status: 101, body: {}, head })
    })
    asking.on('response', async head => {
      const text = Buffer.concat(await head.toArray()).toString()
      resolve({ status: head.statusCode ?? 0, body: JSON.parse(text), head })
    })
    asking.on('error', reject)
    asking.end()
  })

const web = { namespace: 'shop', pod: 'web' }
const lines = (requestId: unknown) =>
  api.store.db.selectFrom('audit').selectAll().where('request_id', '=', String(requestId)).orderBy('seq').execute()

describe('a terminal in a pod', () => {
  test('is the exec that it comes to, and its audit says by which way it came', async () => {
    const { status, head } = await open(podTerminalPath('alpha', { ...web, container: 'main', command: `ls -l 'a b'` }))
    expect(status).toBe(101)
    expect(head.headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io')
    expect(asked.at(-1)).toMatchObject({
      method: 'GET',
      path: '/api/v1/namespaces/shop/pods/web/exec?stdin=true&stdout=true&tty=true&container=main&command=ls&command=-l&command=a+b',
      headers: { 'sec-websocket-protocol': PROTOCOLS, upgrade: 'websocket' },
    })
    const wanted = { action: 'kube.get', subresource: 'exec', name: 'web', namespace: 'shop', allowed: true }
    await eventually(
      async () =>
        expect(await lines(head.headers['x-request-id'])).toMatchObject([
          { ...wanted, status: null, via: `web-terminal/token/${api.tokenId}` },
          { ...wanted, status: 101, recording: head.headers['x-request-id'] },
        ]),
      { within: 10_000 },
    )
  })

  test('runs the best shell that there is, where nothing else is asked for', async () => {
    expect((await open(podTerminalPath('alpha', web))).status).toBe(101)
    const command = new URL(asked.at(-1)?.path ?? '', 'http://x').searchParams.getAll('command')
    expect(command).toEqual(['sh', '-c', expect.stringContaining('exec bash; exec sh')])
    const told = await api.send(podTerminalPath('alpha', web))
    expect(await told.json()).toEqual({ command, protocols: PROTOCOLS.split(', '), recording: 'record' })
  })

  test('is refused to whoever may only look, before any upgrade, and told why without one', async () => {
    const before = asked.length
    const token = await (await ada('/api/v1/tokens', { method: 'POST', json: { name: 'mine' } })).json()
    const path = podTerminalPath('alpha', web)
    const refused = await open(path, { authorization: `Bearer ${(token as { token: string }).token}` })
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    expect(refused.head.headers['content-type']).toBe('application/problem+json')
    const told = await ada(path)
    expect([told.status, ((await told.json()) as { detail: string }).detail]).toEqual([403, refused.body.detail])
    expect(await lines(refused.head.headers['x-request-id'])).toMatchObject([
      { allowed: false, status: 403, actor_name: 'ada', via: expect.stringMatching(/^web-terminal\/token\//) },
    ])
    expect(asked).toHaveLength(before)
  })

  test.each<[string, Record<string, string | undefined>, number, string]>([
    ['without a credential', { authorization: undefined }, 401, 'unauthenticated'],
    ['with a forged one', { authorization: 'Bearer moorage_forged' }, 401, 'unauthenticated'],
    ['by another protocol', { 'sec-websocket-protocol': 'chat' }, 400, 'bad_request'],
    ['by none', { 'sec-websocket-protocol': undefined }, 400, 'bad_request'],
    ['as somebody else', { 'impersonate-user': 'admin' }, 400, 'bad_request'],
    ['by SPDY', { upgrade: 'SPDY/3.1' }, 400, 'bad_request'],
  ])('is refused %s', async (_how, headers, status, code) => {
    expect(await open(podTerminalPath('alpha', web), headers)).toMatchObject({ status, body: { code } })
  })

  test.each([
    ['/api/v1/clusters/alpha/terminal/pod?namespace=shop', 400],
    ['/api/v1/clusters/alpha/terminal/pod?namespace=shop&pod=a&pod=b', 400],
    ['/api/v1/clusters/alpha/terminal/pod?namespace=shop&pod=web&tty=false', 400],
    ['/api/v1/clusters/alpha/terminal/pod?namespace=shop&pod=..%2Fnodes', 400],
    ['/api/v1/clusters/alpha/terminal/pod?namespace=shop&pod=web%2Fexec', 400],
    ['/api/v1/clusters/alpha/terminal/pod?namespace=shop&pod=web&command=ls%20%7C%20sh', 400],
    ['/api/v1/clusters/nowhere/terminal/pod?namespace=shop&pod=web', 404],
  ])('is refused at %s', async (path, status) => {
    const before = asked.length
    expect((await open(path)).status).toBe(status)
    expect((await api.send(path)).status).toBe(status)
    expect(asked).toHaveLength(before)
  })

  test('is not opened by a page of another site with the person’s cookie', async () => {
    const cookie = await cookieOf(api)
    const by = (origin: string | undefined) =>
      open(podTerminalPath('alpha', web), { authorization: undefined, cookie, origin })
    expect((await by(api.url)).status).toBe(101)
    for (const origin of ['https://evil.example', 'null', undefined]) {
      expect(await by(origin), origin).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
  })

  test('is nowhere to be had where it is switched off', async () => {
    await insertTestCluster(off.store, 'alpha')
    const path = podTerminalPath('alpha', web)
    expect(await open(path, {}, off)).toMatchObject({ status: 403, body: { code: 'terminal_off' } })
    expect(await (await off.send(path)).json()).toMatchObject({ code: 'terminal_off' })
    expect(await (await off.send('/api/v1/info')).json()).toMatchObject({ terminals: { pod: false, kubectl: true } })
  })
})
