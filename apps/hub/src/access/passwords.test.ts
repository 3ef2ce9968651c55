import { expect, test } from 'vitest'
import { hashPassword, isPassword, makePassword } from './passwords.ts'

test('a password is known again, and nothing else is', async () => {
  const stored = await hashPassword('correct horse battery')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]+\$[^$]+$/)
  expect(await hashPassword('correct horse battery')).not.toBe(stored)
  expect(await isPassword('correct horse battery', stored)).toBe(true)
  expect(await isPassword('correct horse batterx', stored)).toBe(false)
  expect(await isPassword('', stored)).toBe(false)
  expect(await isPassword('', null)).toBe(false)
})

test('composed and decomposed letters are the same', async () => {
  expect(await isPassword('Zo\u0065\u0308 sings loudly', await hashPassword('Zo\u00EB sings loudly'))).toBe(true)
})

test('agrees with the reference implementation', async () => {
  // echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1: from its own tests.
  const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(await isPassword('password', stored)).toBe(true)
})

test('a stored text that is no hash of ours matches nothing', async () => {
  for (const stored of [
    '',
    'password',
    '$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA',
    `$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$aGFzaA`,
  ])
    expect(await isPassword('password', stored)).toBe(false)
})

test('made-up passwords are long and differ', () => {
  const made = Array.from({ length: 50 }, makePassword)
  expect(new Set(made).size).toBe(50)
  for (const password of made) expect(password).toMatch(/^([a-z2-9]{4}-){5}[a-z2-9]{4}$/)
})
