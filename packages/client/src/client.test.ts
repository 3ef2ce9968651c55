import { describe, expect, test } from 'vitest'
import { backOffMs } from './back-off.ts'
import { moorageClient } from './client.ts'
import { ProblemError } from './problem-error.ts'
import { HubUnreachableError } from './unreachable-error.ts'

const problem = {
  type: 'urn:moorage:problem:name_taken',
  title: 'Another cluster has this name',
  status: 409,
  code: 'name_taken',
  detail: 'A cluster called alpha exists.',
}
const answering = (make: () => Response) => {
  const requests: Request[] = []
  const client = moorageClient({
    url: 'https://hub.example.com/base/',
    token: 'secret',
    headers: { 'x-extra': '1' },
    fetch: async request => {
      requests.push(request)
      return make()
    },
  })
  return { client, requests }
}
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

describe('the client', () => {
  test('sends what the contract says', async () => {
    const { client, requests } = answering(() => json(200, { items: [], next: null, total: 0 }))
    await client.clusters.list({ limit: 5, selector: 'env=prod,tier!=test' })
    expect(requests[0]?.url).toBe(
      'https://hub.example.com/base/api/v1/clusters?limit=5&selector=env%3Dprod%2Ctier%21%3Dtest',
    )
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer secret')
    expect(requests[0]?.headers.get('x-extra')).toBe('1')
  })

  test('keeps a name in its place in the path', async () => {
    const { client, requests } = answering(() => json(200, { revoked: 'x' }))
    await client.tokens.revoke({ id: '../clusters/alpha' })
    expect(new URL(requests[0]?.url ?? '').pathname).toBe('/base/api/v1/tokens/..%2Fclusters%2Falpha')
  })

  test('throws the problem of an answer, with how long to wait', async () => {
    const { client } = answering(() => json(409, problem, { 'retry-after': '7' }))
    const error = await client.hub.whoami().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ProblemError)
    expect(error).toMatchObject({ message: problem.detail, code: 'name_taken', retryAfterSeconds: 7, retryable: false })
  })

  test.each([
    ['a page of a proxy', () => new Response('<html>Bad gateway</html>', { status: 502 }), 'unavailable'],
    [
      'a page of something else',
      () => new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } }),
      'bad_request',
    ],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: '/login' } }), 'bad_request'],
    ['no body', () => new Response(null, { status: 404 }), 'bad_request'],
    ['another problem', () => json(400, { code: 'something_else' }), 'bad_request'],
  ])('says so where %s answers in place of a hub', async (_what, make, code) => {
    const { client } = answering(make)
    await expect(client.hub.whoami()).rejects.toMatchObject({
      code,
      message: expect.stringContaining('not an answer of a Moorage hub'),
    })
  })

  test('says why nothing answered', async () => {
    const { client } = answering(() => {
      throw new TypeError('fetch failed', { cause: new AggregateError([new Error('connect ECONNREFUSED')], '') })
    })
    const error = await client.hub.whoami().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(HubUnreachableError)
    expect((error as Error).message).toBe(
      'The hub at https://hub.example.com/base gave no answer: connect ECONNREFUSED.',
    )
  })
})

test('the wait before a reconnect grows, is jittered and has an end', () => {
  expect([0, 1, 2, 10, 1000].map(attempt => backOffMs(attempt, () => 1))).toEqual([500, 1000, 2000, 15_000, 15_000])
  expect(backOffMs(3, () => 0)).toBe(0)
})
