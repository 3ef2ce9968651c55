import { createHmac } from 'node:crypto'
import { eventually } from '@moorage/testkit/eventually.ts'
import { freePort } from '@moorage/testkit/ports.ts'
import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { type Replica, replica, testSealer, writeLines } from './fixtures/forwarding.ts'
import { datagramReceiver, postReceiver, syslogReceiver } from './fixtures/receivers.ts'

/** ms; a look and a batch each take a second, and waits after failures a few. */
const SOON = { within: 60_000 }
const SECRET = 'Bearer planted-secret-of-the-target'

let store: Store
let hub: Replica
const sealer = testSealer()
beforeAll(async () => {
  store = await testStore('pglite', '')
  hub = await replica(store, sealer)
})
afterEach(() => store.db.deleteFrom('audit_forwards').execute())
afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await store?.[Symbol.asyncDispose]()
})

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)
const linesOf = (body: string) =>
  body
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { seq: number }).seq)

test('syslog by TCP gets every line in its order, from a place on, and those that come', async () => {
  await using receiver = await syslogReceiver()
  const first = (await writeLines(store, 600)) - 599
  await hub.put({ name: 'siem', to: `syslog://127.0.0.1:${receiver.port}`, from: first })
  await eventually(() => expect(receiver.seqs()).toEqual(upTo(first, first + 599)), SOON)
  const last = await writeLines(store, 3)
  await eventually(() => expect(receiver.seqs()).toEqual(upTo(first, last)), SOON)
  await eventually(
    async () => expect(await hub.state('siem')).toMatchObject({ state: 'current', position: last, lag: 0, sent: 603 }),
    SOON,
  )
  expect(receiver.messages[0]).toMatchObject({
    host: 'hub.example.org',
    app: 'moorage',
    id: expect.stringMatching(/^test\./),
  })
})

test('a receiver that goes away in the middle of a batch loses nothing, and is shown as failing meanwhile', async () => {
  await using receiver = await syslogReceiver()
  receiver.resetAfter = 5
  const first = (await writeLines(store, 20)) - 19
  await hub.put({ name: 'siem', to: `syslog://127.0.0.1:${receiver.port}`, from: first })
  await eventually(async () => {
    const found = await hub.state('siem')
    expect(found).toMatchObject({ state: 'failing', position: first - 1, lag: 20 })
    expect(found.lastError).toMatch(/receiver/)
    expect(found.failingSince).not.toBeNull()
  }, SOON)
  receiver.resetAfter = null
  await eventually(() => expect(new Set(receiver.seqs())).toEqual(new Set(upTo(first, first + 19))), SOON)
  // What came twice came in its order too.
  expect(receiver.seqs().slice(-20)).toEqual(upTo(first, first + 19))
  await eventually(
    async () => expect(await hub.state('siem')).toMatchObject({ state: 'current', lastError: null }),
    SOON,
  )
  expect(hub.said.filter(line => line.includes('takes lines again'))).toHaveLength(1)
})

test('syslog by TLS verifies the receiver, and shows a certificate where one is asked for', async () => {
  const ca = await createCa('logs')
  const server = await ca.issue({ commonName: 'receiver', hosts: ['127.0.0.1'] })
  const client = await ca.issue({ commonName: 'hub' })
  await using receiver = await syslogReceiver({
    tls: { ...server, ca: ca.certPem, requestCert: true, rejectUnauthorized: true },
  })
  const from = await writeLines(store, 3)
  const to = `syslog+tls://127.0.0.1:${receiver.port}`
  await hub.put({ name: 'siem', to, from, clientCertificate: client.cert, clientKey: client.key })
  await eventually(async () => expect((await hub.state('siem')).lastError).toMatch(/self-signed|verify|issuer/), SOON)
  await hub
    .put({ name: 'siem', to, ca: ca.certPem })
    .then(() => expect.fail('a key without its certificate'))
    .catch((error: Error) => expect(error.message).toMatch(/go together/))
  await hub.put({ name: 'siem', to, ca: ca.certPem, clientCertificate: client.cert })
  await eventually(() => expect(receiver.seqs()).toEqual([from]), SOON)
})

test('syslog by UDP gets a datagram for each line', async () => {
  await using receiver = await datagramReceiver()
  const from = await writeLines(store, 1)
  await hub.put({ name: 'siem', to: `syslog+udp://127.0.0.1:${receiver.port}`, from })
  await eventually(() => expect(receiver.seqs()).toEqual([from]), SOON)
})

test('a webhook gets signed JSON lines once it takes them, however often it did not', async () => {
  await using receiver = await postReceiver()
  receiver.answer = (_, tries) => ({ status: [503, 429][tries - 1] ?? 204, headers: { 'retry-after': '0' } })
  const hmacKey = 'planted-key-of-sixteen'
  const from = (await writeLines(store, 10)) - 9
  const to = `${receiver.url}/in?token=planted-token`
  const put = await hub.put({ name: 'hook', to, from, hmacKey, headers: { Authorization: SECRET } })
  expect(put).toMatchObject({ to: `${receiver.url}/in`, hasQuery: true, headers: ['Authorization'], signed: true })
  await eventually(() => expect(receiver.posts).toHaveLength(1), SOON)
  const [{ path, headers, body }] = receiver.posts as [(typeof receiver.posts)[number]]
  expect(receiver.tries).toBe(3)
  expect(linesOf(body)).toEqual(upTo(from, from + 9))
  expect(path).toBe('/in?token=planted-token')
  expect(headers).toMatchObject({
    authorization: SECRET,
    'content-type': 'application/x-ndjson',
    'x-moorage-lines': `${from}-${from + 9}`,
  })
  const [, time, hash] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['x-moorage-signature']))!
  expect(hash).toBe(createHmac('sha256', hmacKey).update(`${time}.${body}`).digest('hex'))
})

test('a webhook that finds a batch too large gets smaller ones', async () => {
  await using receiver = await postReceiver()
  receiver.answer = ({ body }) => ({ status: linesOf(body).length > 3 ? 413 : 200 })
  const from = (await writeLines(store, 10)) - 9
  await hub.put({ name: 'hook', to: receiver.url, from })
  await eventually(
    () => expect(receiver.posts.flatMap(({ body }) => linesOf(body))).toEqual(upTo(from, from + 9)),
    SOON,
  )
})

test('an OpenTelemetry collector gets records, and what it throws away is said', async () => {
  await using receiver = await postReceiver()
  receiver.answer = () => ({ status: 200, body: '{"partialSuccess":{"rejectedLogRecords":"1"}}' })
  const from = (await writeLines(store, 2)) - 1
  await hub.put({ name: 'otel', to: `otlp+${receiver.url}`, from })
  await eventually(() => expect(receiver.posts).toHaveLength(1), SOON)
  expect(receiver.posts[0]).toMatchObject({ path: '/v1/logs', headers: { 'content-type': 'application/json' } })
  const sent = JSON.parse(receiver.posts[0]!.body) as { resourceLogs: { scopeLogs: { logRecords: object[] }[] }[] }
  expect(sent.resourceLogs[0]?.scopeLogs[0]?.logRecords).toHaveLength(2)
  await eventually(() => expect(hub.said.join()).toContain('threw 1 lines away'), SOON)
})

test('lines that are gone before a target could take them are said as a gap, there and in the log', async () => {
  await using receiver = await postReceiver()
  const last = await writeLines(store, 5)
  await hub.put({ name: 'hook', to: 'http://127.0.0.1:1', from: last - 4 })
  await eventually(async () => expect((await hub.state('hook')).state).toBe('failing'), SOON)
  await store.db
    .deleteFrom('audit')
    .where('seq', '<=', last - 2)
    .execute()
  await hub.put({ name: 'hook', to: receiver.url })
  await eventually(async () => expect((await hub.state('hook')).lost).toBe(3), SOON)
  await eventually(
    () =>
      expect(receiver.posts.map(({ body }) => body).join('')).toContain(
        `Lines ${last - 4} to ${last - 2} were not there`,
      ),
    SOON,
  )
})

test('secrets stay with the host that they were given for, and are nowhere in the open', async () => {
  await hub.put({ name: 'hook', to: 'https://a.example.org/in?key=planted-query', headers: { Authorization: SECRET } })
  await expect(hub.put({ name: 'hook', to: 'https://b.example.org/in' })).rejects.toThrow(/another host/)
  const kept = await hub.put({ name: 'hook', to: 'https://a.example.org/other' })
  expect(kept).toMatchObject({ headers: ['Authorization'], hasQuery: false })
  const stored = JSON.stringify(await store.db.selectFrom('audit_forwards').selectAll().execute())
  for (const text of [stored, JSON.stringify(kept), hub.said.join()]) expect(text).not.toMatch(/planted/)
  await expect(
    hub.put({ name: 'clear', to: 'http://logs.example.org', headers: { Authorization: SECRET } }),
  ).rejects.toThrow(/in the clear/)
  await expect(hub.put({ name: 'meta', to: 'http://169.254.169.254' })).rejects.toThrow(/never dials/)
})

test('of two replicas one sends, and the other goes on where it stopped', async () => {
  await using shared = await testStore('postgres', inject('databaseUrl'))
  const port = await freePort()
  await using receiver = await syslogReceiver({ port })
  const one = await replica(shared, sealer)
  await using two = await replica(shared, sealer)
  await one.put({ name: 'siem', to: `syslog://127.0.0.1:${port}`, from: 'start' })
  const last = await writeLines(shared, 50)
  await eventually(() => expect(receiver.seqs()).toEqual(upTo(1, last)), SOON)
  // What came is noted a moment later; a replica that ends before would leave a batch to come twice.
  await eventually(async () => expect(await one.state('siem')).toMatchObject({ position: last }), SOON)
  await one[Symbol.asyncDispose]()
  const more = await writeLines(shared, 5)
  await eventually(() => expect(receiver.seqs()).toEqual(upTo(1, more)), SOON)
  expect(await two.state('siem')).toMatchObject({ sent: more })
})
