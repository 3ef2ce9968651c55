import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from '../store/audit.ts'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())

type Json = Record<string, unknown>
/** Every secret that was given out or typed: none of them may be kept or said anywhere. */
const secrets: string[] = []
const GOOD = 'four words are enough'
const BETTER = 'and another five of them'
secrets.push(GOOD, BETTER)

async function send(method: string, path: string, json?: unknown, headers: Record<string, string> = {}) {
  const response = await api.send(`/api/v1${path}`, { method, headers, ...(json !== undefined && { json }) })
  const body = (await response.json()) as Json & { code?: string }
  return { status: response.status, body, cookie: response.headers.get('set-cookie')?.split(';', 1)[0] ?? '' }
}
/** Without any credential. */
async function open(path: string, json: unknown) {
  const response = await fetch(`${api.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  })
  const body = (await response.json()) as Json & { code?: string; detail?: string; fix?: string }
  return { status: response.status, body, cookie: response.headers.get('set-cookie')?.split(';', 1)[0] ?? '' }
}
async function by(credential: { cookie?: string; token?: string }, method: string, path: string, json?: unknown) {
  const response = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      ...(credential.cookie && { cookie: credential.cookie, origin: api.url }),
      ...(credential.token && { authorization: `Bearer ${credential.token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
  return { status: response.status, body: (await response.json()) as Json & { code?: string; items: Json[] } }
}
const signIn = (user: string, password: string, newPassword?: string) =>
  open('/session/password', { user, password, ...(newPassword && { newPassword }) })

/** A local user who has changed their first password to GOOD. */
async function person(name: string): Promise<{ cookie: string }> {
  const made = await send('POST', '/users', { name })
  expect(made.status).toBe(201)
  secrets.push(String(made.body.password))
  const signedIn = await signIn(name, String(made.body.password), GOOD)
  expect(signedIn.status, JSON.stringify(signedIn.body)).toBe(201)
  secrets.push(signedIn.cookie.split('=')[1]!)
  return { cookie: signedIn.cookie }
}
const whoami = async (credential: { cookie?: string; token?: string }) => (await by(credential, 'GET', '/whoami')).body

describe('a local user', () => {
  test('has a password that is shown once and has to be changed', async () => {
    const made = await send('POST', '/users', { name: 'grace', displayName: 'Grace Hopper' })
    const first = String(made.body.password)
    secrets.push(first)
    expect(made.body).toMatchObject({ name: 'grace', source: 'local', mustChangePassword: true, disabled: null })
    expect((await send('GET', '/users/grace')).body).not.toHaveProperty('password')
    expect((await send('POST', '/users', { name: 'grace' })).body.code).toBe('subject_exists')
    expect((await signIn('grace', first)).body.code).toBe('password_change_required')
    expect((await signIn('grace', first, first)).body.code).toBe('bad_request')
    expect((await signIn('grace', first, 'short')).body.code).toBe('bad_request')
    expect((await signIn('grace', first, 'gracegracegracegrace')).body.code).toBe('bad_request')
    const { status, cookie } = await signIn(' Grace', first, GOOD)
    expect(status).toBe(201)
    expect(await whoami({ cookie })).toMatchObject({ kind: 'user', name: 'grace', groups: [] })
    expect((await signIn('grace', first)).status).toBe(401)
    expect((await signIn('grace', GOOD)).status).toBe(201)
    expect((await send('GET', '/users/grace')).body).toMatchObject({ mustChangePassword: false })
  })

  test('changes the password, which ends the other sessions', async () => {
    const one = await person('dora')
    const two = await signIn('dora', GOOD)
    const change = (password: string) => by(one, 'POST', '/account/password', { password, newPassword: BETTER })
    expect((await change('not this one at all')).body.code).toBe('forbidden')
    expect((await change(GOOD)).status).toBe(200)
    expect(await whoami(one)).toMatchObject({ name: 'dora' })
    expect((await by(two, 'GET', '/whoami')).status).toBe(401)
  })

  test('gets a session of their own at each sign-in, whatever cookie came along', async () => {
    const one = await person('fixa')
    const planted = await fetch(`${api.url}/api/v1/session/password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: one.cookie },
      body: JSON.stringify({ user: 'fixa', password: GOOD }),
    })
    await planted.arrayBuffer()
    const given = planted.headers.get('set-cookie')?.split(';', 1)[0]
    expect(given).not.toBe(one.cookie)
    const cross = await fetch(`${api.url}/api/v1/session/password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
      body: JSON.stringify({ user: 'fixa', password: GOOD }),
    })
    await cross.arrayBuffer()
    expect(cross.status).toBe(403)
  })

  test('is told the same as somebody who is not there, also when locked out', async () => {
    await person('lena')
    const said = async (name: string) => {
      const answers: unknown[] = []
      for (let i = 0; i < 6; i += 1) {
        const { status, body } = await signIn(name, `wrong wrong ${i}`)
        answers.push([status, body.code, body.detail, body.fix])
      }
      api.advance(61_000)
      return answers
    }
    api.advance(61_000)
    const known = await said('lena')
    expect(await said('nobody')).toEqual(known)
    expect(known.map(answer => (answer as unknown[])[0])).toEqual([401, 401, 401, 401, 401, 429])
  })

  test('waits longer with each wrong password, and not at all after the right one', async () => {
    await person('lola')
    const tries = async (count: number) => {
      for (let i = 0; i < count; i += 1) await signIn('lola', `wrong wrong ${i}`)
    }
    api.advance(61_000)
    await tries(5)
    expect((await signIn('lola', GOOD)).status).toBe(429)
    expect((await send('GET', '/users/lola')).body.lockedUntil).not.toBeNull()
    api.advance(16_000)
    await tries(1)
    api.advance(16_000)
    expect((await signIn('lola', GOOD)).status).toBe(429)
    api.advance(15_000)
    expect((await signIn('lola', GOOD)).status).toBe(201)
    api.advance(61_000)
    await tries(4)
    expect((await signIn('lola', GOOD)).status).toBe(201)
    api.advance(61_000)
    await tries(5)
    await send('POST', '/users/lola/enable', {})
    expect((await signIn('lola', GOOD)).status).toBe(201)
  })

  test('can not be guessed by many tries at once', async () => {
    await person('mary')
    api.advance(61_000)
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => signIn('mary', `wrong wrong ${i}`)))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    api.advance(61_000)
  })

  test('that is disabled has nothing left, and streams are cut', async () => {
    const { cookie } = await person('kate')
    const token = String((await by({ cookie }, 'POST', '/tokens', { name: 'mine' })).body.token)
    secrets.push(token)
    await send('PUT', '/bindings/kate', {
      role: 'organisation-read-only',
      subjects: [{ kind: 'user', name: 'kate' }],
      scope: { kind: 'organisation' },
    })
    const streams = await Promise.all(
      [{ cookie }, { authorization: `Bearer ${token}` }].map(headers =>
        fetch(`${api.url}/api/v1/changes`, { headers }),
      ),
    )
    const ended = Promise.all(streams.map(stream => stream.text().catch(() => 'cut')))
    expect((await send('POST', '/users/kate/disable', { because: 'left' })).body).toMatchObject({
      disabled: { because: 'left' },
    })
    await ended
    expect((await by({ cookie }, 'GET', '/whoami')).status).toBe(401)
    expect((await by({ token }, 'GET', '/whoami')).status).toBe(401)
    expect((await signIn('kate', GOOD)).status).toBe(401)
    await send('POST', '/users/kate/enable', {})
    expect((await by({ token }, 'GET', '/whoami')).status).toBe(200)
  })

  test('from whom everything is taken back is told what was cut', async () => {
    const { cookie } = await person('rita')
    const token = String((await by({ cookie }, 'POST', '/tokens', { name: 'mine' })).body.token)
    await send('PUT', '/bindings/rita', {
      role: 'organisation-read-only',
      subjects: [{ kind: 'user', name: 'rita' }],
      scope: { kind: 'organisation' },
    })
    const stream = await fetch(`${api.url}/api/v1/changes`, { headers: { authorization: `Bearer ${token}` } })
    const ended = stream.text().catch(() => 'cut')
    const revoked = await send('POST', '/users/rita/revoke', { because: 'lost laptop' })
    expect(revoked.body).toEqual({ user: 'rita', sessions: 1, tokens: 1, streams: 1 })
    await ended
    await send('POST', '/users/rita/enable', {})
    expect((await by({ token }, 'GET', '/whoami')).status).toBe(401)
    expect((await by({ cookie }, 'GET', '/whoami')).status).toBe(401)
  })
})

describe('sessions', () => {
  test('are listed and ended by their owner, and by nobody else', async () => {
    const one = await person('iris')
    const two = { cookie: (await signIn('iris', GOOD)).cookie }
    const other = await person('jane')
    const { items } = (await by(one, 'GET', '/sessions')).body
    expect(items).toHaveLength(2)
    expect(items.filter(({ current }) => current)).toHaveLength(1)
    expect(items[0]).toMatchObject({ owner: { kind: 'user', name: 'iris' }, issuer: null, address: '127.0.0.1' })
    const id = items.find(({ current }) => !current)?.id
    expect((await by(other, 'GET', '/sessions')).body.items).toHaveLength(1)
    expect((await by(other, 'DELETE', `/sessions/${id}`)).body.code).toBe('not_found')
    expect((await by(one, 'DELETE', `/sessions/${id}`)).status).toBe(200)
    expect((await by(two, 'GET', '/whoami')).status).toBe(401)
    expect((await send('GET', '/sessions')).body.items).not.toHaveLength(0)
  })

  test('end without use, and go on with it, up to half a day', async () => {
    const { cookie } = await person('idla')
    let hours = 0
    for (; hours < 11; hours += 1) {
      api.advance(3600_000)
      expect((await by({ cookie }, 'GET', '/whoami')).status).toBe(200)
    }
    api.advance(3600_000)
    expect((await by({ cookie }, 'GET', '/whoami')).status).toBe(401)
    const again = await signIn('idla', GOOD)
    api.advance(2 * 3600_000 + 1000)
    expect((await by(again, 'GET', '/whoami')).status).toBe(401)
    api.advance(-14 * 3600_000 - 1000)
  })
})

describe('tokens', () => {
  test('of a user stand for them, and nobody else lists or revokes them', async () => {
    const nina = await person('nina')
    const olga = await person('olga')
    const made = (await by(nina, 'POST', '/tokens', { name: 'laptop', expiresInSeconds: 3600 })).body
    secrets.push(String(made.token))
    expect(made).toMatchObject({ owner: { kind: 'user', name: 'nina' }, scope: null })
    expect(await whoami({ token: String(made.token) })).toMatchObject({ kind: 'user', name: 'nina' })
    expect((await by(nina, 'GET', '/tokens')).body.items).toHaveLength(1)
    expect((await by(olga, 'GET', '/tokens')).body.items).toHaveLength(0)
    expect((await by(olga, 'DELETE', `/tokens/${made.id}`)).body.code).toBe('not_found')
    expect((await by(olga, 'DELETE', `/tokens/${api.tokenId}`)).body.code).toBe('not_found')
    expect((await by(olga, 'POST', '/tokens', { name: 'x', serviceAccount: 'ci' })).body.code).toBe('forbidden')
    expect((await open('/session', { token: made.token })).body.code).toBe('forbidden')
    expect((await by(nina, 'DELETE', `/tokens/${made.id}`)).status).toBe(200)
    const endless = (await by(nina, 'POST', '/tokens', { name: 'long' })).body
    expect(Date.parse(String(endless.expiresAt)) - Date.parse(String(endless.createdAt))).toBe(90 * 86_400_000)
  })

  test('with a scope may less than their owner, and can make no other', async () => {
    const { cookie } = await person('paula')
    await send('PUT', '/bindings/paula', {
      role: 'super-admin',
      subjects: [{ kind: 'user', name: 'paula' }],
      scope: { kind: 'organisation' },
    })
    const make = async (scope: unknown) =>
      String((await by({ cookie }, 'POST', '/tokens', { name: 't', scope })).body.token)
    const reader = await make({ readOnly: true })
    const one = await make({ clusters: ['alpha'] })
    secrets.push(reader, one)
    expect((await by({ token: reader }, 'GET', '/users')).status).toBe(200)
    expect((await by({ token: reader }, 'POST', '/users', { name: 'x' })).body.code).toBe('forbidden')
    expect((await by({ token: reader }, 'POST', '/tokens', { name: 'x' })).body.code).toBe('forbidden')
    expect((await by({ token: one }, 'GET', '/users')).body.code).toBe('forbidden')
    expect((await by({ token: one }, 'GET', '/clusters')).status).toBe(200)
    expect((await by({ token: one }, 'GET', '/bindings')).body.code).toBe('forbidden')
    expect(await whoami({ token: one })).toMatchObject({ scope: { clusters: ['alpha'] } })
    expect((await send('POST', '/tokens', { name: 'x', scope: { readOnly: true } })).body.code).toBe('bad_request')
    await send('DELETE', '/bindings/paula')
  })

  test('of a service account', async () => {
    expect((await send('PUT', '/service-accounts/ci', { description: 'Deploys' })).body).toMatchObject({ tokens: 0 })
    const made = await send('POST', '/tokens', { name: 'a', serviceAccount: 'ci', expiresInSeconds: 60 })
    const token = String(made.body.token)
    secrets.push(token)
    expect(await whoami({ token })).toMatchObject({ kind: 'service-account', name: 'ci' })
    expect((await send('GET', '/service-accounts')).body.items).toMatchObject([{ name: 'ci', tokens: 1 }])
    expect((await by({ token }, 'POST', '/tokens', { name: 'b' })).body.code).toBe('forbidden')
    api.advance(61_000)
    expect((await by({ token }, 'GET', '/whoami')).status).toBe(401)
    expect((await send('DELETE', '/service-accounts/ci')).status).toBe(200)
    expect((await send('POST', '/tokens', { name: 'a', serviceAccount: 'ci' })).body.code).toBe('not_found')
  })
})

describe('a command line', () => {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')

  test('on the same machine trades a code once, with the verifier', async () => {
    const sara = await person('sara')
    const lend = async () =>
      String((await by(sara, 'POST', '/command-line/codes', { challenge, client: 'ship' })).body.code)
    const code = await lend()
    secrets.push(code)
    const lent = (await open('/command-line/token', { code, verifier })).body
    secrets.push(String(lent.token))
    expect(lent).toMatchObject({ name: 'command line on ship', identity: { kind: 'user', name: 'sara' } })
    expect(await whoami({ token: String(lent.token) })).toMatchObject({ name: 'sara' })
    expect((await open('/command-line/token', { code, verifier })).status).toBe(401)
    const stolen = await lend()
    const wrong = 'A'.repeat(43)
    expect((await open('/command-line/token', { code: stolen, verifier: wrong })).status).toBe(401)
    expect((await open('/command-line/token', { code: stolen, verifier })).status).toBe(401)
    const late = await lend()
    api.advance(61_000)
    expect((await open('/command-line/token', { code: late, verifier })).status).toBe(401)
    const token = { token: String(lent.token) }
    expect((await by(token, 'POST', '/command-line/codes', { challenge, client: '' })).body.code).toBe('forbidden')
    expect((await send('POST', '/command-line/codes', { challenge, client: '' })).body.code).toBe('forbidden')
  })

  test('elsewhere waits until a person has let it in', async () => {
    const tess = await person('tess')
    const asked = (await open('/device-codes', { client: 'server' })).body
    const { deviceCode, userCode } = asked as { deviceCode: string; userCode: string }
    secrets.push(deviceCode, userCode)
    expect(userCode).toMatch(/^[B-Z]{4}-[B-Z]{4}$/)
    const poll = async () => (await open('/device-codes/token', { deviceCode })).body
    expect(await poll()).toEqual({ state: 'waiting' })
    const typed = userCode.toLowerCase().replace('-', ' ')
    expect((await by(tess, 'POST', '/device-codes/find', { userCode: typed })).body).toMatchObject({
      client: 'server',
      address: '127.0.0.1',
    })
    expect((await by(tess, 'POST', '/device-codes/find', { userCode: 'BBBB-BBBB' })).body.code).toBe('not_found')
    expect((await by(tess, 'POST', '/device-codes/decision', { userCode, allow: true })).body).toEqual({
      allowed: true,
    })
    const answer = (await poll()) as { state?: string; token?: { token: string } }
    secrets.push(answer.token!.token)
    expect(await whoami({ token: answer.token!.token })).toMatchObject({ name: 'tess' })
    expect((await open('/device-codes/token', { deviceCode })).status).toBe(401)
    const other = (await open('/device-codes', { client: '' })).body as { deviceCode: string; userCode: string }
    await by(tess, 'POST', '/device-codes/decision', { userCode: other.userCode, allow: false })
    expect((await open('/device-codes/token', { deviceCode: other.deviceCode })).body).toEqual({ state: 'refused' })
  })
})

test('no secret is kept, logged or audited, and the audit’s chain is whole', async () => {
  const { db } = api.store
  const kept: unknown[] = []
  for (const table of [
    'users',
    'tokens',
    'sessions',
    'device_codes',
    'command_line_codes',
    'failed_sign_ins',
    'audit',
  ] as const)
    kept.push(await db.selectFrom(table).selectAll().execute())
  const everything = JSON.stringify(kept) + api.log.join('')
  expect(secrets.length).toBeGreaterThan(20)
  for (const secret of secrets) expect(everything.includes(secret), secret.slice(0, 4)).toBe(false)
  expect(await verifyAudit(db)).toMatchObject({ whole: true })
})
