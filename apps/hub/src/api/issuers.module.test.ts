import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type IssuerProcess, startIssuer, type Wanderer, wanderer } from '@moorage/testkit/issuer-process.ts'
import { freePort } from '@moorage/testkit/ports.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyAudit } from '../store/fixtures/verify-audit.ts'
import { type StartedApi, startTestApi } from './fixtures/started-api.ts'

const SECRET = 'planted-secret-of-the-client'
const dir = mkdtempSync(join(tmpdir(), 'moorage-issuer-'))
let api: StartedApi
let corp: IssuerProcess
let partner: IssuerProcess
beforeAll(async () => {
  const port = await freePort()
  api = await startTestApi({ port })
  const uris = (name: string) => ({
    redirectUris: [`${api.url}/auth/${name}/callback`],
    signedOutUris: [`${api.url}/`],
  })
  ;[corp, partner] = await Promise.all([
    startIssuer({
      dir: join(dir, 'corp'),
      clients: [{ id: 'moorage', secret: SECRET, ...uris('corp') }],
      accounts: { Ada: { name: 'Ada Lovelace', email: 'ada@example.org', groups: ['Ops', 'dev'] }, bob: {} },
    }),
    startIssuer({
      dir: join(dir, 'partner'),
      clients: [{ id: 'moorage', ...uris('partner') }],
      accounts: { ada: {}, eve: { groups: ['ops'] } },
      claimsInToken: true,
    }),
  ])
  const put = async (name: string, json: unknown) => {
    const response = await api.send(`/api/v1/issuers/${name}`, { method: 'PUT', json })
    const body = await response.json()
    expect(response.status, JSON.stringify(body)).toBe(200)
    return body
  }
  const scopes = ['profile', 'email', 'groups']
  const added = await put('corp', { url: corp.url, clientId: 'moorage', clientSecret: SECRET, label: 'Corp', scopes })
  expect(added).toMatchObject({ hasSecret: true, redirectUri: `${api.url}/auth/corp/callback` })
  expect(JSON.stringify(added)).not.toContain(SECRET)
  await put('partner', { url: partner.url, clientId: 'moorage', scopes, groupsPrefix: 'partner:' })
})
afterAll(async () => {
  await Promise.all([corp?.[Symbol.asyncDispose](), partner?.[Symbol.asyncDispose](), api?.[Symbol.asyncDispose]()])
  rmSync(dir, { recursive: true, force: true })
})

const atHub = (url: URL) => url.origin === api.url
const back = (url: URL) => atHub(url) && url.pathname.endsWith('/callback')

/** Goes to the issuer and comes back; stops before the hub takes the answer. */
async function comeBack(browser: Wanderer, issuer: string, account: string, then = '/clusters/prod') {
  const { url } = await browser.go(`${api.url}/auth/${issuer}/start?then=${encodeURIComponent(then)}`)
  expect(url.pathname).toMatch(/^\/interaction\//)
  return (await browser.submit(url, account, back)).url
}
const finish = async (browser: Wanderer, at: URL) => {
  const { url, response } = await browser.go(at.href, to => atHub(to) && !to.pathname.startsWith('/auth/'))
  return { page: `${url.pathname}${url.search}`, response }
}
const whoami = async (browser: Wanderer) => {
  const headers = { cookie: browser.cookies(new URL(api.url)) }
  return (await (await fetch(`${api.url}/api/v1/whoami`, { headers })).json()) as Record<string, unknown>
}

test('a person signs in at the issuer, lands where they wanted to be, and is in the groups that it names', async () => {
  const browser = wanderer()
  const { page, response } = await finish(browser, await comeBack(browser, 'corp', 'Ada'))
  expect(page).toBe('/clusters/prod')
  expect(response.headers.getSetCookie().join('\n')).toMatch(/^moorage=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict/m)
  expect(await whoami(browser)).toMatchObject({ kind: 'user', name: 'ada', groups: ['ops', 'dev'] })
  const users = (await (await api.send('/api/v1/users')).json()) as { items: unknown[] }
  expect(users.items).toMatchObject([
    { name: 'ada', source: 'corp', displayName: 'Ada Lovelace', email: 'ada@example.org' },
  ])
})

test('signing out ends the session, and leads to where one signs out of the issuer', async () => {
  const browser = wanderer()
  await finish(browser, await comeBack(browser, 'corp', 'bob'))
  const response = await fetch(`${api.url}/api/v1/session`, {
    method: 'DELETE',
    headers: { cookie: browser.cookies(new URL(api.url)), origin: api.url },
  })
  const { signOutUrl } = (await response.json()) as { signOutUrl: string }
  expect(signOutUrl.startsWith(`${corp.url}/session/end?`)).toBe(true)
  expect(new URL(signOutUrl).searchParams.get('post_logout_redirect_uri')).toBe(`${api.url}/`)
  expect((await browser.go(signOutUrl)).response.status).toBe(200)
})

test('groups that the issuer takes away are gone from tokens with the next sign-in', async () => {
  const browser = wanderer()
  await finish(browser, await comeBack(browser, 'partner', 'eve'))
  const headers = { cookie: browser.cookies(new URL(api.url)), origin: api.url, 'content-type': 'application/json' }
  const made = await fetch(`${api.url}/api/v1/tokens`, { method: 'POST', headers, body: '{"name":"mine"}' })
  const { token } = (await made.json()) as { token: string }
  const groups = async () => {
    const authorization = `Bearer ${token}`
    return ((await (await fetch(`${api.url}/api/v1/whoami`, { headers: { authorization } })).json()) as { groups: [] })
      .groups
  }
  expect(await groups()).toEqual(['partner:ops'])
  partner.setAccounts({ ada: {}, eve: { groups: [] } })
  const other = wanderer()
  await finish(other, await comeBack(other, 'partner', 'eve'))
  expect(await groups()).toEqual([])
})

test('no issuer puts anybody into a local group, nor into one of another issuer', async () => {
  const groupsOf = async (groups: string[]) => {
    corp.setAccounts({ Ada: { groups }, bob: {} })
    const browser = wanderer()
    await finish(browser, await comeBack(browser, 'corp', 'Ada'))
    return { browser, groups: (await whoami(browser)).groups }
  }
  const members = { method: 'PUT', json: { description: '', members: [] } }
  expect((await api.send('/api/v1/groups/keepers', members)).status).toBe(200)
  const { browser, groups } = await groupsOf(['Keepers', 'dev', 'later', 'partner:ops'])
  expect(groups).toEqual(['dev', 'later'])
  expect(api.log.join('')).toContain('keepers')
  expect((await api.send('/api/v1/groups/later', members)).status).toBe(200)
  expect((await whoami(browser)).groups).toEqual(['dev'])
  for (const name of ['keepers', 'later']) await api.send(`/api/v1/groups/${name}`, { method: 'DELETE' })
})

test('a name that belongs to somebody of another issuer is refused, not shared', async () => {
  const browser = wanderer()
  expect((await finish(browser, await comeBack(browser, 'partner', 'ada'))).page).toBe('/?trouble=taken')
  expect(await whoami(browser)).toMatchObject({ code: 'unauthenticated' })
})

test('whoever is disabled, or refused by the issuer, is not let in', async () => {
  const browser = wanderer()
  await api.send('/api/v1/users/bob/disable', { method: 'POST', json: {} }).then(response => response.arrayBuffer())
  expect((await finish(browser, await comeBack(browser, 'corp', 'bob'))).page).toBe('/?trouble=disabled')
  expect((await finish(browser, await comeBack(wanderer(), 'corp', 'nobody'))).page).toBe('/?trouble=expired')
  const again = wanderer()
  expect((await finish(again, await comeBack(again, 'corp', 'nobody'))).page).toBe('/?trouble=refused')
})

test('an answer counts once, for the browser that asked, from the issuer that was asked', async () => {
  api.advance(61_000)
  const browser = wanderer()
  const answer = await comeBack(browser, 'corp', 'Ada')
  // Somebody else's browser, as in a forged sign-in.
  expect((await finish(wanderer(), answer)).page).toBe('/?trouble=expired')
  // Another issuer's answer, as in a mix-up.
  const other = new URL(answer.href.replace('/auth/corp/', '/auth/partner/'))
  const mixed = wanderer()
  const mixedAnswer = await comeBack(mixed, 'corp', 'Ada')
  expect((await finish(mixed, new URL(mixedAnswer.href.replace('/auth/corp/', '/auth/partner/')))).page).toBe(
    '/?trouble=expired',
  )
  expect(other.searchParams.get('iss')).toBe(corp.url)
  const lied = wanderer()
  const lie = await comeBack(lied, 'corp', 'Ada')
  lie.searchParams.set('iss', partner.url)
  expect((await finish(lied, lie)).page).toBe('/?trouble=failed')
  expect((await finish(browser, answer)).page).toBe('/clusters/prod')
  expect((await finish(browser, answer)).page).toBe('/?trouble=expired')
})

test('a code for another verifier or another nonce lets nobody in, nor one that comes late', async () => {
  api.advance(61_000)
  const swap = async (values: { nonce?: string; sealed_verifier?: string }) => {
    const browser = wanderer()
    const answer = await comeBack(browser, 'corp', 'Ada')
    await api.store.db.updateTable('sign_ins').set(values).execute()
    return (await finish(browser, answer)).page
  }
  expect(await swap({ nonce: 'another' })).toBe('/?trouble=failed')
  const first = wanderer()
  await first.go(`${api.url}/auth/corp/start`)
  const { sealed_verifier } = await api.store.db
    .selectFrom('sign_ins')
    .select('sealed_verifier')
    .executeTakeFirstOrThrow()
  expect(await swap({ sealed_verifier })).toBe('/?trouble=failed')
  const browser = wanderer()
  const answer = await comeBack(browser, 'corp', 'Ada')
  api.advance(601_000)
  expect((await finish(browser, answer)).page).toBe('/?trouble=expired')
})

test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a b', ''])(
  'nobody is sent on to %s',
  async then => {
    api.advance(61_000)
    const browser = wanderer()
    expect((await finish(browser, await comeBack(browser, 'corp', 'Ada', then))).page).toBe('/')
  },
)

test('a sign-in is not begun by another site', async () => {
  const response = await fetch(`${api.url}/auth/corp/start`, {
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
})

test('an address begins so many sign-ins and no more, unless they come back', async () => {
  api.advance(61_000)
  const start = async () => (await fetch(`${api.url}/auth/corp/start`, { redirect: 'manual' })).status
  for (let count = 0; count < 18; count += 1) expect(await start()).toBe(303)
  for (let count = 0; count < 3; count += 1) {
    const browser = wanderer()
    expect((await finish(browser, await comeBack(browser, 'corp', 'Ada'))).page).toBe('/clusters/prod')
  }
  expect([await start(), await start(), await start()]).toEqual([303, 303, 429])
  api.advance(61_000)
})

test('whoever came by another address of the hub goes by its public one', async () => {
  const response = await fetch(`${api.url.replace('127.0.0.1', 'localhost')}/auth/corp/start?then=/search`, {
    redirect: 'manual',
  })
  expect(response.headers.get('location')).toBe(`${api.url}/auth/corp/start?then=%2Fsearch&moved=1`)
})

test('an issuer that does not answer as one is not added, and one is not moved to another address', async () => {
  const put = async (name: string, json: unknown) => {
    const response = await api.send(`/api/v1/issuers/${name}`, { method: 'PUT', json })
    return ((await response.json()) as { code?: string }).code
  }
  expect(await put('gone', { url: 'http://127.0.0.1:9', clientId: 'x', groupsPrefix: 'x:' })).toBe('issuer_failed')
  expect(await put('plain', { url: 'http://id.example.org', clientId: 'x', groupsPrefix: 'x:' })).toBe('issuer_failed')
  expect(await put('liar', { url: `${corp.url}/elsewhere`, clientId: 'x', groupsPrefix: 'liar:' })).toBe(
    'issuer_failed',
  )
  expect(await put('twin', { url: corp.url, clientId: 'x' })).toBe('subject_exists')
  expect(await put('local', { url: corp.url, clientId: 'x' })).toBe('subject_exists')
  expect(await put('corp', { url: partner.url, clientId: 'x' })).toBe('subject_exists')
  expect(await put('second', { url: `${corp.url}/elsewhere`, clientId: 'x' })).toBe('bad_request')
  expect(await put('partner', { url: partner.url, clientId: 'moorage' })).toBe('bad_request')
  expect(await put('corp', { url: corp.url, clientId: 'moorage', scopes: ['profile', 'groups'] })).toBeUndefined()
})

test('an issuer that is removed takes along what its people were let in by, and its name stays theirs', async () => {
  api.advance(61_000)
  const browser = wanderer()
  await finish(browser, await comeBack(browser, 'partner', 'eve'))
  expect(await whoami(browser)).toMatchObject({ name: 'eve' })
  const removed = await api.send('/api/v1/issuers/partner', { method: 'DELETE' })
  const { sessions, tokens } = (await removed.json()) as { sessions: number; tokens: number }
  expect([sessions > 0, tokens]).toEqual([true, 1])
  expect(await whoami(browser)).toMatchObject({ code: 'unauthenticated' })
  const put = async (url: string) => {
    const json = { url, clientId: 'moorage', groupsPrefix: 'partner:' }
    const response = await api.send('/api/v1/issuers/partner', { method: 'PUT', json })
    return [response.status, ((await response.json()) as { code?: string }).code]
  }
  expect(await put('http://127.0.0.1:9')).toEqual([409, 'subject_exists'])
  expect(await put(partner.url)).toEqual([200, undefined])
  // As if the address had been changed in the database.
  await api.store.db.updateTable('users').set({ issuer_url: 'http://other' }).where('name', '=', 'eve').execute()
  const again = wanderer()
  expect((await finish(again, await comeBack(again, 'partner', 'eve'))).page).toBe('/?trouble=taken')
  await api.store.db.updateTable('users').set({ issuer_url: partner.url }).where('name', '=', 'eve').execute()
})

test('the client’s secret, codes and verifiers are nowhere in the open', async () => {
  const { db } = api.store
  const kept = [
    await db.selectFrom('issuers').selectAll().execute(),
    await db.selectFrom('sign_ins').selectAll().execute(),
    await db.selectFrom('sessions').selectAll().execute(),
    await db.selectFrom('audit').selectAll().execute(),
  ]
  const everything = JSON.stringify(kept) + api.log.join('')
  expect(everything).not.toContain(SECRET)
  expect(everything).not.toMatch(/[?&]code=/)
  const actions = (kept[3] as { action: string; allowed: boolean }[]).filter(({ action }) => action === 'signIn.issuer')
  expect(actions.filter(({ allowed }) => allowed).length).toBeGreaterThan(3)
  expect(actions.filter(({ allowed }) => !allowed).length).toBeGreaterThan(5)
  expect(await verifyAudit(db)).toMatchObject({ faults: [] })
})
