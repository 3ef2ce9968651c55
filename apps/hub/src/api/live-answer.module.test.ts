import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { LiveCheck } from '@moorage/contract/live-check.ts'
import { LiveRollOut } from '@moorage/contract/roll-out.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMember } from '../clusters/fixtures/member.ts'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const connect = (kubeconfig: string, more: { name?: string; accept?: string; signal?: AbortSignal } = {}) =>
  api.send('/api/v1/clusters', {
    method: 'POST',
    json: { name: more.name ?? 'alpha', kubeconfig },
    headers: { accept: more.accept ?? 'text/event-stream' },
    ...(more.signal && { signal: more.signal }),
  })

/** The events of a stream as they come. */
async function* eventsOf(response: Response): AsyncGenerator<LiveCheck, void> {
  let text = ''
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) yield LiveCheck.parse(JSON.parse(event.replace(/^event: message\ndata: /, '')))
  }
}
const lastLine = async (id: string | null) => {
  const lines = await api.store.db.selectFrom('audit').selectAll().orderBy('seq').execute()
  return lines.filter(line => line.request_id === id).at(-1)
}

/** Takes connections and says nothing. */
async function silentServer() {
  const sockets = new Set<Socket>()
  const server = createServer(socket => sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const end = async () => {
    cut()
    server.close()
  }
  return { port, sockets, cut, [Symbol.asyncDispose]: end }
}

test('each step is told when it has passed, before the next one has, and then what failed', async () => {
  await using member = await startMember()
  await using silent = await silentServer()
  const response = await connect(member.kubeconfig({ server: `https://127.0.0.1:${silent.port}` }))
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const events = eventsOf(response)
  for (const name of ['parse', 'address']) {
    expect((await events.next()).value).toMatchObject({ type: 'step', step: { name, status: 'ok' } })
  }
  // The API server is still asked: the steps before did not wait for it.
  await eventually(() => expect(silent.sockets.size).toBe(1), { within: 10_000 })
  silent.cut()
  expect((await events.next()).value).toMatchObject({
    type: 'failed',
    problem: { step: 'reach', instance: response.headers.get('x-request-id') },
  })
  expect((await events.next()).done).toBe(true)
  await eventually(
    async () => expect((await lastLine(response.headers.get('x-request-id')))?.status).toBeGreaterThanOrEqual(400),
    { within: 10_000 },
  )
})

test('the stream ends with what the answer would have been', async () => {
  await using member = await startMember()
  const response = await connect(member.kubeconfig())
  const events = await Array.fromAsync(eventsOf(response))
  expect(events.map(event => (event.type === 'step' ? event.step.name : event.type))).toEqual([
    ...['parse', 'address', 'reach', 'version', 'identity', 'rights'],
    'done',
  ])
  const last = events.at(-1)
  expect(last).toMatchObject({ type: 'done', result: { uid: 'uid-of-member', cluster: { name: 'alpha' } } })
  expect(JSON.stringify(events)).not.toContain('right-token')
  expect(await lastLine(response.headers.get('x-request-id'))).toMatchObject({
    action: 'clusters.connect',
    status: 201,
  })
})

test('what is refused before the first step has its status and its problem document', async () => {
  const broken = await connect('nonsense: [', { name: 'broken' })
  expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
  expect(await broken.json()).toMatchObject({ code: 'invalid_kubeconfig', step: 'parse' })
  const unnamed = await connect('x', { name: 'No Name' })
  expect([unnamed.status, await unnamed.json()]).toMatchObject([400, { fields: [{ path: 'name' }] }])
})

test('who does not ask for steps gets one answer', async () => {
  await using member = await startMember({ uid: 'uid-beta' })
  const response = await connect(member.kubeconfig(), { name: 'beta', accept: 'application/json' })
  expect([response.status, response.headers.get('content-type')]).toEqual([201, 'application/json'])
  expect(await response.json()).toMatchObject({ uid: 'uid-beta' })
})

test('a check goes on when its client leaves, and the cluster is connected', async () => {
  await using member = await startMember({ uid: 'uid-gamma' })
  const leaving = new AbortController()
  const response = await connect(member.kubeconfig(), { name: 'gamma', signal: leaving.signal })
  await eventsOf(response).next()
  leaving.abort()
  await eventually(async () => expect((await api.send('/api/v1/clusters/gamma')).status).toBe(200), { within: 10_000 })
})

test('an upgrade of agents tells its waves, and who does not ask for steps gets one answer', async () => {
  const upgrade = (accept: string) =>
    api.send('/api/v1/agents/upgrade', { method: 'POST', json: { dryRun: true }, headers: { accept } })
  const response = await upgrade('text/event-stream')
  const text = await response.text()
  const events = text
    .split('\n\n')
    .flatMap(event => (event === '' ? [] : [event.replace(/^event: message\ndata: /, '')]))
  expect(events.map(event => LiveRollOut.parse(JSON.parse(event)))).toEqual([
    { type: 'step', step: { name: 'waves', waves: [] } },
    { type: 'done', result: { complete: true, items: [] } },
  ])
  expect(await (await upgrade('application/json')).json()).toEqual({ complete: true, items: [] })
})
