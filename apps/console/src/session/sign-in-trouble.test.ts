import { expect, test } from 'vitest'
import { signInTrouble } from './sign-in-trouble.ts'

test('says why one is not signed in, and never what stands in the address', () => {
  expect(signInTrouble('')).toBeNull()
  expect(signInTrouble('?find=x')).toBeNull()
  expect(signInTrouble('?trouble=taken')).toContain('Somebody else has the name')
  expect(signInTrouble('?trouble=%3Cb%3Ehello')).toBe('The sign-in did not succeed. Try again.')
})
