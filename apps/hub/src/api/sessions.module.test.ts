import { Problem } from '@moorage/contract/problem.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'
import { MAX_FAILED_SIGN_INS } from './limits.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

const post = (path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') =>
  fetch(api.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

async function signIn(token = api.token): Promise<{ cookie: string; header: string }> {
  const response = await post('/api/v1/session', { token })
  expect(response.status).toBe(201)
  expect(await response.json()).toMatchObject({ identity: { kind: 'token' } })
  const header = response.headers.get('set-cookie') ?? ''
  return { cookie: header.split(';', 1)[0] ?? '', header }
}
const status = async (promise: Promise<Response>) => {
  const response = await promise
  await response.arrayBuffer()
  return response.status
}
const whoami = (cookie: string) => status(fetch(`${api.url}/api/v1/whoami`, { headers: { cookie } }))

describe('a browser’s session', () => {
  test('is a cookie that scripts can not read and other sites do not send', async () => {
    const { cookie, header } = await signIn()
    expect(header).toMatch(/^moorage=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/)
    expect(await whoami(cookie)).toBe(200)
    const stored = await api.store.db.selectFrom('sessions').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain(cookie.slice('moorage='.length))
  })

  test('behind TLS is Secure, under a name that nobody else can set', async () => {
    await using other = await startTestApi({ publicUrl: new URL('https://hub.example.com') })
    const response = await fetch(`${other.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://hub.example.com' },
      body: JSON.stringify({ token: other.token }),
    })
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-moorage=.*; Path=\/; .*; Secure$/)
    await response.arrayBuffer()
  })

  test('changes something only from a page of this hub', async () => {
    const { cookie } = await signIn()
    const create = (headers: Record<string, string>) =>
      status(post('/api/v1/tokens', { name: 'x' }, { cookie, ...headers }))
    expect(await create({ origin: api.url })).toBe(201)
    expect(await create({})).toBe(403)
    expect(await create({ origin: 'https://evil.example' })).toBe(403)
    expect(await create({ origin: 'null' })).toBe(403)
    expect(await create({ origin: api.url.replace('http:', 'https:') })).toBe(403)
    expect(await create({ origin: `${api.url}.evil.example` })).toBe(403)
    expect(await create({ origin: api.url, 'sec-fetch-site': 'cross-site' })).toBe(403)
    const denied = await api.store.db.selectFrom('audit').selectAll().where('allowed', '=', false).execute()
    expect(denied.filter(row => row.action === 'tokens.create' && row.status === 403)).toHaveLength(6)
  })

  test('a page of another site can not sign a person in', async () => {
    expect(await status(post('/api/v1/session', { token: api.token }, { origin: 'https://evil.example' }))).toBe(403)
  })

  test('ends at sign-out', async () => {
    const { cookie } = await signIn()
    const response = await fetch(`${api.url}/api/v1/session`, {
      method: 'DELETE',
      headers: { cookie, origin: api.url },
    })
    expect(await response.json()).toEqual({ ended: true, signOutUrl: null })
    expect(response.headers.get('set-cookie')).toMatch(/^moorage=; .*Max-Age=0/)
    expect(await whoami(cookie)).toBe(401)
  })

  test('ends with its token, and with its time', async () => {
    const { id, token } = await api.makeToken()
    const { cookie } = await signIn(token)
    await status(api.send(`/api/v1/tokens/${id}`, { method: 'DELETE' }))
    expect(await whoami(cookie)).toBe(401)
    const { cookie: second } = await signIn()
    api.advance(12 * 3600_000 + 1000)
    expect(await whoami(second)).toBe(401)
  })

  test('ends when nobody has used it for 2 h, whatever a page that was left open asks', async () => {
    const [left, used] = [await signIn(), await signIn()]
    const minutes = (count: number) => api.advance(count * 60_000)
    const byItself = () =>
      status(fetch(`${api.url}/api/v1/whoami`, { headers: { ...left, 'moorage-unattended': '1' } }))
    minutes(110)
    expect([await byItself(), await whoami(used.cookie)]).toEqual([200, 200])
    minutes(11)
    expect([await byItself(), await whoami(used.cookie)]).toEqual([401, 200])
    api.advance(61_000)
  })

  test('is none where the cookie is forged or stands there twice', async () => {
    const { cookie } = await signIn()
    expect(await whoami(`moorage=${'A'.repeat(43)}`)).toBe(401)
    expect(await whoami(`${cookie}; ${cookie}`)).toBe(401)
    expect(await whoami(`a=b; ${cookie}; c=d`)).toBe(200)
  })

  test('a sign-in with a wrong token is a problem, and too many of them are stopped', async () => {
    api.advance(61_000)
    const response = await post('/api/v1/session', { token: 'hunter2' })
    const problem = Problem.parse(await response.json())
    expect(problem).toMatchObject({ code: 'unauthenticated', status: 401 })
    expect(JSON.stringify(problem)).not.toContain('hunter2')
    for (let i = 1; i < MAX_FAILED_SIGN_INS; i += 1) {
      expect(await status(post('/api/v1/session', i % 2 === 0 ? { token: `wrong${i}` } : { nothing: 1 }))).toBeLessThan(
        402,
      )
    }
    const stopped = await post('/api/v1/session', { token: api.token })
    expect([stopped.status, Number(stopped.headers.get('retry-after')) > 0]).toEqual([429, true])
    await stopped.arrayBuffer()
    api.advance(61_000)
    expect(await status(post('/api/v1/session', { token: api.token }))).toBe(201)
  })
  test('many sign-ins at once are stopped as well, and those that succeed count for nothing', async () => {
    api.advance(61_000)
    for (let i = 0; i < MAX_FAILED_SIGN_INS + 5; i += 1) await signIn()
    const wrong = Array.from({ length: 3 * MAX_FAILED_SIGN_INS }, (_, i) => post('/api/v1/session', { token: `w${i}` }))
    const statuses = await Promise.all(wrong.map(status))
    expect(statuses.filter(code => code === 401)).toHaveLength(MAX_FAILED_SIGN_INS)
    expect(statuses.filter(code => code === 429)).toHaveLength(2 * MAX_FAILED_SIGN_INS)
    api.advance(61_000)
  })
})
