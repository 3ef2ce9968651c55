import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkProof, readProofKey } from './check-proof.ts'

const made = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey, key: JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid: 'thumb' }) }
}
const hub = made()
const other = made()
const said = { cluster: 'edge', uid: 'u', mode: 'read-only', at: '2026-01-01T00:00:00.000Z', proofs: [], holds: true }
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
function signed(report: object, by: { privateKey: KeyObject; key: string }, typ = 'moorage-proof') {
  const text = `${part({ alg: 'EdDSA', typ })}.${part(report)}`
  const signature = `${text}.${sign(null, Buffer.from(text), by.privateKey).toString('base64url')}`
  return { ...report, signature, key: by.key }
}
const check = (report: object, key = hub.key) => checkProof(JSON.stringify(report), readProofKey(key))

describe('a saved proof', () => {
  test('is taken as it was signed, with the key in whatever carries it', () => {
    const report = signed(said, hub)
    expect(check(report)).toMatchObject({ cluster: 'edge', holds: true })
    for (const key of [
      JSON.stringify({ proofKey: hub.key }),
      JSON.stringify({ hub: { proofKey: hub.key } }),
      JSON.stringify(signed(said, hub)),
    ])
      expect(check(report, key).cluster).toBe('edge')
  })

  test.each([
    ['by another hub', signed(said, other), /not signed by the key thumb/],
    ['by another hub that names this one’s key', { ...signed(said, other), key: hub.key }, /not signed by the key/],
    ['and changed', { ...signed(said, hub), holds: false }, /was changed/],
    ['and more was said', { ...signed(said, hub), note: 'x' }, /was changed/],
    ['as something else', signed(said, hub, 'other'), /something else/],
    ['without a signature', { ...signed(said, hub), signature: '' }, /not signed/],
  ])('that was signed %s is refused', (_what, report, expected) => {
    expect(() => check(report)).toThrow(expected)
  })

  test('that is none, and a key that is none, are said to be none', () => {
    expect(() => check({ hello: 1 })).toThrow(/not a report/)
    expect(() => checkProof('{', readProofKey(hub.key))).toThrow(/not JSON/)
    expect(() => readProofKey('{"kty":"RSA"}')).toThrow(/not a public key/)
  })
})
