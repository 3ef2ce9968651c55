import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSessionCookie, sessionCookie } from './cookie.ts'
import { isOwnOrigin, requireOwnOrigin } from './origin.ts'

describe('the session cookie', () => {
  test('is found among others, and only under the name that fits', () => {
    expect(readSessionCookie('a=b; moorage=abc; c=d', false)).toBe('abc')
    expect(readSessionCookie('moorage=abc', true)).toBeUndefined()
    expect(readSessionCookie('__Host-moorage=abc', true)).toBe('abc')
    expect(readSessionCookie('xmoorage=abc', false)).toBeUndefined()
    expect(readSessionCookie('moorage=', false)).toBeUndefined()
    expect(readSessionCookie(undefined, false)).toBeUndefined()
  })

  test('is read back as it was set', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]{1,60}$/), fc.boolean(), (value, secure) => {
        expect(readSessionCookie(sessionCookie(value, secure).split(';', 1)[0], secure)).toBe(value)
      }),
    )
  })
})

describe('the own origin', () => {
  const own = { info: { publicUrl: 'https://hub.example.com/base' }, secure: true }
  test.each([
    ['https://hub.example.com', '10.0.0.1:8443', true],
    ['https://10.0.0.1:8443', '10.0.0.1:8443', true],
    ['https://HUB.example.com', '10.0.0.1', false],
    ['http://hub.example.com', 'hub.example.com', false],
    ['https://hub.example.com.evil', 'hub.example.com', false],
    ['https://evil@hub.example.com', 'hub.example.com', false],
    ['null', 'null', false],
    ['', '', false],
    ['https://evil', 'a b', false],
  ])('of %s sent to %s', (origin, host, expected) => {
    expect(isOwnOrigin({ origin, host }, own)).toBe(expected)
  })

  test('is missing where there is no Origin header', () => {
    expect(() => requireOwnOrigin({ host: 'hub.example.com' }, own)).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    )
  })
})
