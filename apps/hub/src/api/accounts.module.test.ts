import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BETTER, GOOD, peopleAt } from './fixtures/people.ts'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())
const { secrets, send, by, signIn, person, whoami, bind, expectNoSecrets } = peopleAt(() => api)

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

  test('that was only written down can not sign in before a password was given', async () => {
    expect((await send('PUT', '/users/wren', { displayName: 'Wren' })).body).toMatchObject({ source: 'local' })
    for (const password of [GOOD, 'null', ' ']) expect((await signIn('wren', password)).status).toBe(401)
    expect((await send('PUT', '/users/wren', { displayName: 'Jenny Wren' })).body).toMatchObject({
      displayName: 'Jenny Wren',
      mustChangePassword: true,
    })
    const first = String((await send('POST', '/users/wren/password', {})).body.password)
    secrets.push(first)
    expect((await signIn('wren', first, GOOD)).status).toBe(201)
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
    // Such as a password in the wrong field.
    const typed = 'nobody is called so'
    secrets.push(typed)
    expect(await said(typed)).toEqual(known)
    expect(known.map(answer => (answer as unknown[])[0])).toEqual([401, 401, 401, 401, 401, 429])
  })

  test('waits longer with each wrong password, and not at all after the right one', async () => {
    await person('lola')
    const tries = async (count: number) => {
      for (let i = 0; i < count; i += 1) await signIn('lola', `wrong wrong ${i}`)
    }
    api.advance(61_000)
    await tries(5)
    const json = { user: 'lola', password: GOOD }
    const stopped = await api.send('/api/v1/session/password', { method: 'POST', json })
    expect([stopped.status, stopped.headers.get('retry-after')]).toEqual([429, '15'])
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
    await bind('kate', 'organisation-read-only')
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
    await bind('rita', 'organisation-read-only')
    const stream = await fetch(`${api.url}/api/v1/changes`, { headers: { authorization: `Bearer ${token}` } })
    const ended = stream.text().catch(() => 'cut')
    const revoked = await send('POST', '/users/rita/revoke', { because: 'lost laptop' })
    expect(revoked.body).toEqual({ user: 'rita', sessions: 1, tokens: 1, streams: 1, silentReplicas: 0 })
    await ended
    await send('POST', '/users/rita/enable', {})
    expect((await by({ token }, 'GET', '/whoami')).status).toBe(401)
    expect((await by({ cookie }, 'GET', '/whoami')).status).toBe(401)
  })
})

test('no secret is kept, logged or audited, and the audit’s chain is whole', expectNoSecrets)
