import { Readable } from 'node:stream'
import type { KubeRequest, KubeTransport } from '@moorage/kube/transport.ts'
import { expect, test } from 'vitest'
import { countIn } from './count.ts'
import type { Kind } from './kinds.ts'

const SECRETS: Kind = {
  group: '',
  version: 'v1',
  resource: 'secrets',
  kind: 'Secret',
  namespaced: true,
  verbs: [],
}
const THINGS: Kind = { ...SECRETS, group: 'example.com', resource: 'things', kind: 'Thing' }
const place = { instance: 'one', namespace: 'moorage-system' }
const signal = new AbortController().signal

/** A cluster that counts: `used` for each look at the quota, the last one again and again. */
function counting(looks: Record<string, string>[], served: (path: string) => { status: number; body: object }) {
  const asked: string[] = []
  const left = [...looks]
  const answer = ({ method, path }: KubeRequest) => {
    if (method === 'POST') return { status: 201, body: { metadata: { uid: 'q' } } }
    if (method === 'DELETE') return { status: 200, body: {} }
    if (!path.includes('resourcequotas')) return served(path)
    return { status: 200, body: { status: { used: left.length > 1 ? left.shift() : left[0] } } }
  }
  const transport: KubeTransport = {
    kind: 'direct',
    request: async request => {
      asked.push(`${request.method} ${request.path}`)
      const { status, body } = answer(request)
      return { status, headers: {}, body: Readable.from([JSON.stringify(body)]), trailers: () => ({}) }
    },
    upgrade: () => Promise.reject(new Error('never')),
    [Symbol.asyncDispose]: async () => {},
  }
  return { transport, asked }
}

const withThings = () => ({ status: 200, body: { resources: [{ name: 'things' }] } })

test('a kind that is not counted yet is waited for, and what counted is taken away', async () => {
  const looks = [{}, { 'count/secrets': '2' }, { 'count/secrets': '2', 'count/things.example.com': '1' }]
  const { transport, asked } = counting(looks, path =>
    path === '/apis/example.com/v1' ? withThings() : { status: 200, body: { resources: [{ name: 'secrets' }] } },
  )
  const counts = await countIn(transport, place, [SECRETS, THINGS], () => true, signal)
  expect([...(counts ?? [])].map(([{ resource }, count]) => [resource, count])).toEqual([
    ['secrets', 2],
    ['things', 1],
  ])
  expect(asked.at(-1)).toBe('DELETE /api/v1/namespaces/moorage-system/resourcequotas/moorage-count')
})

test.for([
  ['its API', 404, {}],
  ['it alone', 200, { resources: [{ name: 'others' }] }],
] as const)('a kind whose type is gone meanwhile, %s, is not waited for', async ([, status, body]) => {
  const { transport } = counting([{ 'count/secrets': '2' }], () => ({ status, body }))
  const counts = await countIn(transport, place, [SECRETS, THINGS], () => true, signal)
  expect([...(counts ?? [])]).toEqual([[SECRETS, 2]])
})

test('a kind that can not be looked for just now is not taken for gone', async () => {
  const answers = [{ status: 503, body: {} }]
  const looks = [{ 'count/secrets': '2' }, { 'count/secrets': '2', 'count/things.example.com': '1' }]
  const { transport } = counting(looks, () => answers.shift() ?? { status: 404, body: {} })
  const counts = await countIn(transport, place, [SECRETS, THINGS], () => true, signal)
  expect(counts?.get(THINGS)).toBe(1)
})
