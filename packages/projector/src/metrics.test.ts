import { Readable } from 'node:stream'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { expect, test } from 'vitest'
import { readNodeMetrics } from './metrics.ts'

/** Answers every request alike. */
const answering = (status: number, body: unknown): KubeTransport => ({
  kind: 'direct',
  request: async () => ({
    status,
    headers: { 'content-type': 'application/json' },
    body: Readable.from([Buffer.from(JSON.stringify(body))]),
    trailers: () => ({}),
  }),
  upgrade: () => Promise.reject(new Error('not here')),
  [Symbol.asyncDispose]: async () => {},
})
const { signal } = new AbortController()
const status = (code: number) => ({ kind: 'Status', code, message: 'so it is' })

test('what nodes use, in millicores and bytes', async () => {
  const items = [
    { metadata: { name: 'a' }, usage: { cpu: '156340000n', memory: '1638400Ki' } },
    { metadata: { name: 'b' }, usage: { cpu: '2', memory: '1Gi' } },
  ]
  expect(await readNodeMetrics(answering(200, { items }), signal)).toEqual({
    available: true,
    nodes: [
      { name: 'a', cpuMilli: 157, memoryBytes: 1_677_721_600 },
      { name: 'b', cpuMilli: 2000, memoryBytes: 1_073_741_824 },
    ],
  })
})

test.each([
  [404, status(404), 'absent', /no metrics-server/],
  [403, status(403), 'forbidden', /may not read/],
  [503, status(503), 'not-ready', /does not answer at present \(503\)/],
  [200, { items: [] }, 'not-ready', /no readings of nodes yet/],
] as const)('%d: why there are none', async (code, body, why, reason) => {
  const reading = await readNodeMetrics(answering(code, body), signal)
  expect(reading).toMatchObject({ available: false, why, reason: expect.stringMatching(reason) })
})

test('a cluster that can not be reached is an error, not an answer about metrics', async () => {
  const broken = { ...answering(200, {}), request: () => Promise.reject(new Error('refused')) }
  await expect(readNodeMetrics(broken, signal)).rejects.toThrow('refused')
})
