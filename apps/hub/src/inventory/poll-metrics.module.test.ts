import { Readable } from 'node:stream'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import { AT, testCluster } from './fixtures/inventory.ts'
import { readMetrics } from './metrics.ts'
import { pollMetrics } from './poll-metrics.ts'

/** A cluster that answers as it is told at the moment. */
const telling = (answer: { status: number; body: unknown }): KubeTransport => ({
  kind: 'direct',
  request: async () => ({
    status: answer.status,
    headers: { 'content-type': 'application/json' },
    body: Readable.from([Buffer.from(JSON.stringify(answer.body))]),
    trailers: () => ({}),
  }),
  upgrade: () => Promise.reject(new Error('not here')),
  [Symbol.asyncDispose]: async () => {},
})

const warn = (message: string, error: unknown) => {
  throw new Error(message, { cause: error })
}

test.each([
  [
    'readings',
    { status: 200, body: { items: [{ metadata: { name: 'a' }, usage: { cpu: '250m', memory: '1Ki' } }] } },
    true,
    /every 15 s/,
  ],
  ['no metrics-server', { status: 404, body: { kind: 'Status', code: 404 } }, false, /no metrics-server/],
  ['a metrics-server that is down', { status: 503, body: { kind: 'Status', code: 503 } }, false, /503/],
])('%s are stored, or the reason why there are none', async (_, answer, available, reason) => {
  await using store = await testStore('pglite', '')
  const cluster = await testCluster(store, 'polled')
  const stop = new AbortController()
  let reads = 0
  const deps = { store, now: () => AT, warn, read: () => (reads += 1) }
  const polling = pollMetrics(deps, cluster.id, telling(answer), stop.signal)
  const metrics = () => readMetrics({ store, now: () => AT }, cluster, { range: '1h' })
  await eventually(async () => expect((await metrics()).reason).toMatch(reason), { within: 5_000 })
  expect(await metrics()).toMatchObject({ available, points: available ? [[AT.getTime() / 1000, 250, 1024]] : [] })
  stop.abort()
  await polling
  expect(reads > 0).toBe(available)
})
