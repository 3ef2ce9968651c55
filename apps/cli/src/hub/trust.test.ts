import { expect, test } from 'vitest'
import { sameFingerprint } from './trust.ts'

const hex = 'ab'.repeat(32)

test('fingerprints are the same however they are written', () => {
  const colons = (hex.toUpperCase().match(/../g) ?? []).join(':')
  for (const text of [
    hex,
    colons,
    `SHA256:${hex}`,
    `sha256 Fingerprint=${colons}`.replace('Fingerprint', ''),
    ` ${hex}\n`,
  ])
    expect([text, sameFingerprint(hex, text)]).toEqual([text, true])
})

test('other and half fingerprints are not', () => {
  expect(sameFingerprint(hex, 'cd'.repeat(32))).toBe(false)
  expect(sameFingerprint('abcd', 'abcd')).toBe(false)
  expect(sameFingerprint('', '')).toBe(false)
})
