import { afterAll, beforeAll, expect, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { insertUser, updateUser } from '../store/users.ts'
import { isGoodCredential } from '../store/valid-credentials.ts'
import { answerDevice, askDevice, lendCode, pollDevice } from './lend.ts'
import { changePassword, signInByPassword } from './password-sign-in.ts'
import { hashPassword } from './passwords.ts'
import { beginUserSession } from './sessions.ts'
import { createToken, USER_TOKEN_SECONDS } from './tokens.ts'
import { enableUser, revokeUser } from './users.ts'

const PASSWORD = 'four words are enough'
const from = { address: '127.0.0.1', userAgent: '' }
const at = new Date('2026-11-21T12:00:00Z')
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000)

let store: Store
let hash: string
beforeAll(async () => {
  store = await testStore('pglite', '')
  hash = await hashPassword(PASSWORD)
})
afterAll(() => store[Symbol.asyncDispose]())

const insert = (name: string) =>
  insertUser(store.db, {
    id: name,
    name,
    source: 'local',
    password_hash: hash,
    created_at: at,
    created_by: 'test',
  })

/** A sign-in asks for the time after it has read the user and before it looks at the password: then this happens. */
function meanwhile(happens: () => Promise<unknown>) {
  let done: Promise<unknown> | undefined
  const now = () => {
    done ??= happens()
    return at
  }
  return { deps: { store, now, secure: true, live: { recheck: async () => [] } }, done: async () => void (await done) }
}
/** Revokes somebody, and enables them in the next moment. */
async function takeBack(name: string): Promise<void> {
  const deps = { store, now: () => at, changes: { publish: () => {} }, live: { recheck: async () => [] } }
  const cutting = { cutUser: async () => ({ streams: 0, silentReplicas: 0 }) }
  await revokeUser({ ...deps, cutting }, name, 'lost')
  await enableUser(deps, name, () => {})
}
const sessions = () => store.db.selectFrom('sessions').select('user_id').execute()

test.each([
  ['reset', { password_hash: 'another' }],
  ['disabled', { disabled_at: at }],
])('a sign-in under way when the user is %s gives no session', async (what, values) => {
  for (const newPassword of [undefined, 'and another five of them']) {
    const name = `${what}${newPassword ? '-new' : ''}`
    await insert(name)
    const { deps, done } = meanwhile(() => updateUser(store.db, name, values))
    await expect(signInByPassword(deps, { user: name, password: PASSWORD, newPassword }, from)).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await done()
    expect(await sessions()).toEqual([])
    const row = await store.db.selectFrom('users').selectAll().where('id', '=', name).executeTakeFirstOrThrow()
    expect(row).toMatchObject(values)
  }
})

test('nothing that began before everything was taken back is good after it, also where they are enabled at once', async () => {
  await insert('revoked')
  const { deps, done } = meanwhile(() => takeBack('revoked'))
  await expect(signInByPassword(deps, { user: 'revoked', password: PASSWORD }, from)).rejects.toMatchObject({
    code: 'unauthenticated',
  })
  await done()
  const plain = { store, now: () => at, secure: true, info: { publicUrl: 'https://hub.example' } }
  const signIn = () => signInByPassword(plain, { user: 'revoked', password: PASSWORD }, from)
  const owner = (name: string) => ({ kind: 'user' as const, id: name, name, groups: [] })
  // Somebody at an issuer, and what a request does that was let in by a session or a token.
  const { who } = await signIn()
  const { deviceCode, userCode } = await askDevice(plain, { client: '', address: '127.0.0.1' })
  const late = { id: 'revoked', name: 'revoked', groups: [], issuer: null, verified: null, cuts: 1 }
  await takeBack('revoked')
  expect(await beginUserSession(plain, late, from)).toBeNull()
  const still = (trx: typeof store.db) => isGoodCredential(trx, who.via, at)
  for (const made of [
    createToken(plain, { name: 'mine' }, { id: 'revoked' }, owner('revoked'), still),
    lendCode(plain, who, { challenge: 'c', client: '' }),
    answerDevice(plain, who, { userCode, allow: true }),
  ]) {
    await expect(made).rejects.toMatchObject({ code: 'unauthenticated' })
  }
  expect(await pollDevice(plain, deviceCode)).toEqual({ state: 'waiting' })
  expect(await sessions()).toEqual([])
  expect(await store.db.selectFrom('tokens').select('id').where('revoked_at', 'is', null).execute()).toEqual([])
  // Whoever signs in now is good.
  expect((await signIn()).session.identity.name).toBe('revoked')
  await takeBack('revoked')
})

test('a change of the password does not undo a reset', async () => {
  await insert('changing')
  const { deps, done } = meanwhile(() => updateUser(store.db, 'changing', { password_hash: 'another' }))
  const given = { password: PASSWORD, newPassword: 'and another five of them' }
  await expect(changePassword(deps, 'changing', given, undefined)).rejects.toMatchObject({ code: 'unauthenticated' })
  await done()
  const row = await store.db.selectFrom('users').select('password_hash').where('id', '=', 'changing').executeTakeFirst()
  expect(row?.password_hash).toBe('another')
})

test('nobody who is disabled or gone gets a session or a token', async () => {
  await insert('left')
  await updateUser(store.db, 'left', { disabled_at: at })
  const deps = { store, now: () => at, secure: true }
  for (const id of ['left', 'never-there']) {
    const user = { kind: 'user' as const, id, name: id, groups: [], issuer: 'corp', verified: null, cuts: 0 }
    expect(await beginUserSession(deps, user, from)).toBeNull()
    await expect(createToken(deps, { name: 'mine' }, { id }, user)).rejects.toMatchObject({ code: 'unauthenticated' })
  }
  expect(await store.db.selectFrom('tokens').select('id').execute()).toEqual([])
})

test('a person’s tokens end 90 days after their last sign-in, however often they make another', async () => {
  await insert('lasting')
  await updateUser(store.db, 'lasting', { last_seen_at: at })
  const make = (now: Date, expiresInSeconds?: number) =>
    createToken(
      { store, now: () => now },
      { name: 'mine', expiresInSeconds },
      { id: 'lasting' },
      {
        kind: 'user',
        id: 'lasting',
        name: 'lasting',
        groups: ['ops'],
      },
    )
  const end = later(USER_TOKEN_SECONDS).toISOString()
  const half = later(USER_TOKEN_SECONDS / 2)
  expect((await make(at)).expiresAt).toBe(end)
  expect((await make(half)).expiresAt).toBe(end)
  expect((await make(half, USER_TOKEN_SECONDS)).expiresAt).toBe(end)
  expect((await make(at, 60)).expiresAt).toBe(later(60).toISOString())
  await expect(make(later(USER_TOKEN_SECONDS))).rejects.toMatchObject({ code: 'forbidden' })
})
