import { IssuerOptions } from '@moorage/contract/issuer.ts'
import { expect, test } from 'vitest'
import { claimOf, type Person, readClaims } from './issuer-claims.ts'

const options = IssuerOptions.parse({})
const claims = { sub: 's-1', preferred_username: 'Ada.Lovelace', name: 'Ada', email: 'ada@example.org' }

test('a person is read from the claims, in lower case', () => {
  expect(readClaims({ ...claims, groups: ['Ops', 'dev', 'dev', 'no good', 7] }, options)).toEqual({
    subject: 's-1',
    name: 'ada.lovelace',
    displayName: 'Ada',
    email: 'ada@example.org',
    groups: ['ops', 'dev'],
    beyond: 0,
    unnamed: ['no good'],
  })
})

test('no more than 500 groups are taken, and how many there are beyond is told', () => {
  const groups = Array.from({ length: 612 }, (_, n) => `g-${n}`)
  const read = readClaims({ ...claims, groups: [...groups, 'g-0'] }, options)
  expect(read).toMatchObject({ groups: groups.slice(0, 500), beyond: 112 })
})

test('groups that can not be named are told, the first of them, in plain words', () => {
  const paths = Array.from({ length: 40 }, (_, n) => `/team/${n}`)
  const { unnamed } = readClaims(
    { ...claims, groups: ['ops', '\u001b[31m/dev', 'x'.repeat(300), ...paths] },
    options,
  ) as Person
  expect(unnamed).toHaveLength(10)
  expect(unnamed.slice(0, 3)).toEqual(['[31m/dev', 'x'.repeat(100), '/team/0'])
})

test('prefixes keep issuers apart, and the claims can be others', () => {
  const other = IssuerOptions.parse({
    usernameClaim: 'email',
    usernamePrefix: 'corp:',
    groupsClaim: 'roles',
    groupsPrefix: 'corp:',
  })
  expect(readClaims({ ...claims, email_verified: true, roles: 'ops' }, other)).toMatchObject({
    name: 'corp:ada@example.org',
    groups: ['corp:ops'],
  })
})

test.each([
  [{ ...claims, sub: '' }, 'claim sub'],
  [{ sub: 's' }, 'no claim "preferred_username"'],
  [{ ...claims, preferred_username: ['ada'] }, 'no claim "preferred_username"'],
  [{ ...claims, preferred_username: 'ada lovelace' }, 'no name that a user can have'],
  [{ ...claims, preferred_username: 'a'.repeat(101) }, 'no name that a user can have'],
])('%j is nobody', (given, why) => {
  expect(readClaims(given, options)).toEqual({ unusable: expect.stringContaining(why) })
})

test('a claim within another is found by a path, and one whose name has dots by its name', () => {
  const nested = { ...claims, realm_access: { roles: ['Ops'] }, 'https://example.org/roles': ['dev'] }
  const groups = (groupsClaim: string) => readClaims(nested, IssuerOptions.parse({ groupsClaim }))
  expect(groups('realm_access.roles')).toMatchObject({ groups: ['ops'] })
  expect(groups('https://example.org/roles')).toMatchObject({ groups: ['dev'] })
  for (const none of ['realm_access.none', 'sub.length', 'constructor.name', 'none.at.all']) {
    expect(claimOf(nested, none), none).toBeUndefined()
    expect(groups(none), none).toMatchObject({ groups: [] })
  }
})

test('an address that the issuer has not verified is no name', () => {
  const email = IssuerOptions.parse({ usernameClaim: 'email' })
  for (const email_verified of [false, undefined, null, 'true', 1]) {
    expect(readClaims({ ...claims, email_verified }, email), String(email_verified)).toHaveProperty('unusable')
  }
  expect(readClaims({ ...claims, email_verified: true }, email)).toHaveProperty('name', 'ada@example.org')
  const trusted = { ...email, trustEmail: true }
  expect(readClaims(claims, trusted)).toHaveProperty('name', 'ada@example.org')
  expect(readClaims({ ...claims, email_verified: false }, trusted)).toHaveProperty('unusable')
})

test('a letter that only looks like one of ASCII, or becomes one in lower case, makes nobody somebody else', () => {
  expect(readClaims({ ...claims, preferred_username: '\u{212a}ate' }, options)).toHaveProperty('unusable')
  expect(readClaims({ ...claims, groups: ['\u{212a}eepers', 'dev'] }, options)).toHaveProperty('groups', ['dev'])
})
