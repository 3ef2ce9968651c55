import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GOOD, peopleAt } from './fixtures/people.ts'
import { insertTestCluster, type StartedApi, startTestApi } from './fixtures/started-api.ts'

let api: StartedApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api[Symbol.asyncDispose]())
const { secrets, send, open, by, signIn, person, whoami, bind, expectNoSecrets } = peopleAt(() => api)

test('whoever is in a local group sees it, until they leave', async () => {
  const lea = await person('lea')
  expect((await send('PUT', '/groups/team', { members: ['lea'] })).status).toBe(200)
  expect(await whoami(lea)).toMatchObject({ groups: ['team'] })
  expect((await by(lea, 'GET', '/account')).body).toMatchObject({ identity: { groups: ['team'] } })
  expect((await signIn('lea', GOOD)).body).toMatchObject({ identity: { groups: ['team'] } })
  expect((await send('PUT', '/groups/team', { members: [] })).status).toBe(200)
  expect(await whoami(lea)).toMatchObject({ groups: [] })
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
    const keeper = await person('kim')
    const role = { permissions: [{ resources: ['users'], verbs: ['*'] }] }
    expect((await send('PUT', '/roles/keeper', role)).status).toBe(200)
    await bind('kim', 'keeper')
    expect((await by(keeper, 'DELETE', `/sessions/${id}`)).body.code).toBe('not_found')
    expect((await by(one, 'DELETE', `/sessions/${id}`)).status).toBe(200)
    expect((await by(two, 'GET', '/whoami')).status).toBe(401)
    const permissions = [{ resources: ['sessions'], verbs: ['delete'] }]
    expect((await send('PUT', '/roles/keeper', { permissions })).status).toBe(200)
    const left = (await by(one, 'GET', '/sessions')).body.items
    expect((await by(keeper, 'DELETE', `/sessions/${left[0]?.id}`)).status).toBe(200)
    expect((await by(one, 'GET', '/whoami')).status).toBe(401)
    expect((await by(other, 'DELETE', '/session')).body).toMatchObject({ ended: true })
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
    const { lastSeenAt } = (await send('GET', '/users/nina')).body
    expect(Date.parse(String(endless.expiresAt)) - Date.parse(String(lastSeenAt))).toBe(90 * 86_400_000)
  })

  test('with a scope may less than their owner, and can make no other', async () => {
    const { cookie } = await person('paula')
    await bind('paula', 'super-admin')
    const make = async (scope: unknown) =>
      String((await by({ cookie }, 'POST', '/tokens', { name: 't', scope })).body.token)
    const reader = await make({ readOnly: true })
    const id = await insertTestCluster(api.store, 'alpha')
    const one = await make({ clusters: [id] })
    const lost = { name: 't', scope: { clusters: ['nowhere'] } }
    expect((await by({ cookie }, 'POST', '/tokens', lost)).body.code).toBe('cluster_not_found')
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
    const { deviceCode, userCode } = asked as unknown as { deviceCode: string; userCode: string }
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
    const other = (await open('/device-codes', { client: '' })).body as unknown as {
      deviceCode: string
      userCode: string
    }
    await by(tess, 'POST', '/device-codes/decision', { userCode: other.userCode, allow: false })
    expect((await open('/device-codes/token', { deviceCode: other.deviceCode })).body).toEqual({ state: 'refused' })
  })

  test('is not let in by trying codes', async () => {
    const tora = await person('tora')
    api.advance(61_000)
    const userCode = 'BBBB-BBBB'
    const codes = new Map<string | undefined, number>()
    for (let count = 0; count < 11; count += 1) {
      for (const [path, json] of Object.entries({ find: { userCode }, decision: { userCode, allow: true } })) {
        const { code } = (await by(tora, 'POST', `/device-codes/${path}`, json)).body
        codes.set(code, (codes.get(code) ?? 0) + 1)
      }
    }
    // Failures of the tests before, whose clock ran ahead, may count as well.
    expect([...codes.keys()]).toEqual(['not_found', 'too_many_requests'])
    expect(codes.get('not_found')).toBeLessThanOrEqual(20)
    api.advance(61_000)
  })
})

test('no secret is kept, logged or audited, and the audit’s chain is whole', expectNoSecrets)
