import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Problem } from '@moorage/contract/problem.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
  await insertTestCluster(api.store, 'alpha')
})
afterAll(() => api[Symbol.asyncDispose]())

/** Sends bytes as they are and reads until the server closes. */
async function raw(lines: string): Promise<{ status: number; body: string }> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(lines)
  const answer = await text(socket)
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2)
  return { status: Number(head.split(' ')[1]), body }
}
const auth = () => `Authorization: Bearer ${api.token}\r\nHost: hub\r\nConnection: close\r\n`

describe('requests that want to be something else', () => {
  test.each([
    [
      'a body with two framings',
      () => `POST /api/v1/tokens HTTP/1.1\r\n${auth()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'two lengths',
      () => `POST /api/v1/tokens HTTP/1.1\r\n${auth()}Content-Length: 4\r\nContent-Length: 5\r\n\r\n{}{}`,
    ],
    [
      'an unknown transfer coding',
      () => `POST /api/v1/tokens HTTP/1.1\r\n${auth()}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a folded header', () => `GET /api/v1/whoami HTTP/1.1\r\n${auth()}X-A: b\r\n c\r\n\r\n`],
    ['a header without a name', () => `GET /api/v1/whoami HTTP/1.1\r\n${auth()}: b\r\n\r\n`],
    ['a space before the colon', () => `GET /api/v1/whoami HTTP/1.1\r\n${auth()}X-A : b\r\n\r\n`],
    ['no host', () => `GET /api/v1/whoami HTTP/1.1\r\nConnection: close\r\nAuthorization: Bearer ${api.token}\r\n\r\n`],
    ['a host that is none', () => `GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n`],
    ['a host with a path', () => `GET / HTTP/1.1\r\nHost: hub/x\r\nConnection: close\r\n\r\n`],
    ['an absolute address', () => `GET http://other/api/v1/whoami HTTP/1.1\r\n${auth()}\r\n`],
    ['dot segments', () => `GET /livez/../api/v1/whoami HTTP/1.1\r\n${auth()}\r\n`],
    ['encoded dot segments', () => `GET /assets/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n${auth()}\r\n`],
    ['something that is not HTTP', () => 'hello\r\n\r\n'],
    ['headers without end', () => `GET /api/v1/whoami HTTP/1.1\r\n${auth()}X-A: ${'a'.repeat(60_000)}\r\n\r\n`],
  ])('%s is refused with a problem document', async (_what, lines) => {
    const { status, body } = await raw(lines())
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(Problem.parse(JSON.parse(body)).detail).toMatch(/\.$/)
  })

  test('headers that override the method are ignored', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-http-method': 'DELETE', 'x-method-override': 'DELETE' }
    const response = await api.send('/api/v1/clusters/alpha', { headers })
    expect(response.status).toBe(200)
  })

  test('a path with an encoded slash does not reach another cluster', async () => {
    for (const path of [
      '/api/v1/clusters/x%2falpha',
      '/api/v1/clusters/alpha%2fnodes',
      '/api/v1/clusters/%2e%2e%2falpha',
    ]) {
      const response = await api.send(path)
      expect(response.status, path).toBe(404)
      await response.arrayBuffer()
    }
  })

  test('files outside the console are not served', async () => {
    for (const path of ['/assets/..%2f..%2fetc%2fpasswd', '/..%2f..%2fetc%2fpasswd', '/assets/%2e%2e%2findex.html']) {
      const { body } = await raw(`GET ${path} HTTP/1.1\r\n${auth()}\r\n`)
      expect(body, path).not.toContain('root:')
    }
  })
})

describe('what is open to all', () => {
  test('the probes, the CA and the console, and nothing else', async () => {
    for (const path of ['/livez', '/readyz', '/ca.crt', '/', '/clusters/alpha', '/assets/index-abc123.js']) {
      const response = await fetch(api.url + path)
      expect(response.status, path).toBe(200)
      await response.arrayBuffer()
    }
    for (const path of [
      '/metrics',
      '/api/openapi.json',
      '/api/docs',
      '/api/v1/admin/backup',
      '/api/v1/nothing',
      '/api',
      '/api/v9',
    ]) {
      const response = await fetch(api.url + path)
      expect(response.status, path).toBe(401)
      expect(response.headers.get('www-authenticate')).toContain('Bearer')
      await response.arrayBuffer()
    }
  })

  test('the console comes under a strict policy, its hashed files for ever, its index never', async () => {
    const index = await fetch(`${api.url}/`)
    expect(index.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(index.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(index.headers.get('x-content-type-options')).toBe('nosniff')
    expect(index.headers.get('referrer-policy')).toBe('no-referrer')
    expect(index.headers.get('cache-control')).toBe('no-cache')
    expect(await index.text()).toContain('console')
    const asset = await fetch(`${api.url}/assets/index-abc123.js`)
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect(asset.headers.get('content-type')).toContain('javascript')
    await asset.arrayBuffer()
    const missing = await fetch(`${api.url}/assets/index-000000.js`)
    expect(missing.status).toBe(404)
    expect(missing.headers.get('cache-control')).toBe('no-cache')
    await missing.arrayBuffer()
  })

  test('a browser that asks for the documentation is sent to sign in', async () => {
    const response = await fetch(`${api.url}/api/docs`, { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
    await response.arrayBuffer()
  })
})

describe('while the database is away', () => {
  test('the hub lives, is not ready, and says so', async () => {
    await using other = await startTestApi()
    await other.store[Symbol.asyncDispose]()
    const live = await fetch(`${other.url}/livez`)
    expect(live.status).toBe(200)
    await live.arrayBuffer()
    for (const path of ['/readyz', '/api/v1/whoami']) {
      const response = await other.send(path)
      expect(Problem.parse(await response.json())).toMatchObject({ code: 'unavailable', status: 503 })
    }
  })
})

describe('with a token', () => {
  test('the documentation is one page under a policy that fits it', async () => {
    const response = await api.send('/api/docs')
    const html = await response.text()
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-/)
    expect(html).toContain('Connect an existing cluster by kubeconfig')
    expect(html).not.toMatch(/<script|(src|href)="https?:|style="| on\w+=/)
  })

  test('the OpenAPI document is the committed one', async () => {
    const document = (await (await api.send('/api/openapi.json')).json()) as { openapi: string }
    expect(document.openapi).toMatch(/^3\.1/)
  })

  test('metrics tell requests by route, and the clusters by phase', async () => {
    await (await api.send('/api/v1/clusters/alpha')).arrayBuffer()
    const page = await (await api.send('/metrics')).text()
    expect(page).toMatch(
      /moorage_http_request_duration_seconds_count\{route="clusters.get",method="GET",status="200"\} \d/,
    )
    expect(page).toContain('moorage_clusters{phase="Unreachable"} 1')
    expect(page).toContain('moorage_store_up 1')
    expect(page).toContain('process_resident_memory_bytes')
    expect(page).not.toContain('alpha')
  })

  test('a backup is streamed, and audited', async () => {
    const response = await api.send('/api/v1/admin/backup')
    expect(response.headers.get('content-type')).toBe('application/gzip')
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(500)
    const rows = await api.store.db.selectFrom('audit').selectAll().where('action', '=', 'raw.backup').execute()
    expect(rows.some(row => row.allowed && row.actor_id === api.tokenId)).toBe(true)
  })

  test('a backup is cut when the token is revoked that it is taken with', async () => {
    await using other = await startTestApi()
    // Larger than what the sockets in between hold, and random, so that it stays large.
    await sql`
      insert into meta select 'filler-' || n, (select string_agg(md5(random()::text || n || g), '') from generate_series(1, 500) g)
      from generate_series(1, 1500) n`.execute(other.store.db)
    const { id, token } = await other.makeToken()
    const socket = connect(Number(new URL(other.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET /api/v1/admin/backup HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    await once(socket, 'readable')
    await (await other.send(`/api/v1/tokens/${id}`, { method: 'DELETE' })).arrayBuffer()
    const lines = () => other.log.filter(line => line.includes('/api/v1/admin/backup') && line.includes('"cut":true'))
    await eventually(() => expect(lines()).toHaveLength(1), { within: 2_000 })
    socket.destroy()
    // The next one does not wait for it.
    const response = await other.send('/api/v1/admin/backup')
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1_000_000)
    expect(other.log.filter(line => /"level":(50|60)/.test(line))).toEqual([])
  })

  test('each answer has an id, which the log has too, and no address as it was sent', async () => {
    const response = await api.send('/api/v1/search?q=hunter2')
    await response.arrayBuffer()
    const id = response.headers.get('x-request-id') ?? '-'
    await expect.poll(() => api.log.filter(line => line.includes(id)).length).toBe(1)
    expect(api.log.join('')).not.toContain('hunter2')
  })
})
