import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import { expect, test } from 'vitest'
import { assertion, registrationProof } from './assertion.ts'
import { hubClock } from './clock.ts'
import { makeKey, readKey } from './key.ts'

const at = new Date('2026-03-01T12:00:00.400Z')
const identity = async () => ({
  key: await readKey(makeKey()),
  instance: 'hub-1',
  clusterUid: 'uid-1',
  pod: 'moorage-agent-abc',
  clock: hubClock(() => at),
})

const claimsOf = async (jws: string, publicKey: object) => {
  const { payload } = await compactVerify(jws, await importJWK({ ...publicKey }, 'EdDSA'), { algorithms: ['EdDSA'] })
  return JSON.parse(new TextDecoder().decode(payload))
}

test('an assertion is signed by the key, names it, and is good for one call at one hub', async () => {
  const who = await identity()
  const [scheme, jws = ''] = (await assertion(who, 'GET /agent/v1/tunnel')).split(' ')
  expect(scheme).toBe('Moorage-Agent')
  expect(decodeProtectedHeader(jws)).toEqual({ alg: 'EdDSA', kid: await calculateJwkThumbprint(who.key.publicKey) })
  expect(await claimsOf(jws, who.key.publicKey)).toEqual({
    aud: 'hub-1',
    iat: 1772366400,
    exp: 1772366460,
    jti: expect.stringMatching(/^[\w-]{36}$/),
    act: 'GET /agent/v1/tunnel',
    uid: 'uid-1',
    pod: 'moorage-agent-abc',
  })
  const again = await assertion(who, 'GET /agent/v1/tunnel')
  expect(again).not.toBe(`${scheme} ${jws}`)
})

test('the proof of a registration is bound to the token and does not show it', async () => {
  const who = await identity()
  const proof = await registrationProof(who, 'join_secret')
  expect(await claimsOf(proof, who.key.publicKey)).toEqual({
    aud: 'hub-1',
    iat: 1772366400,
    jti: expect.any(String),
    sub: createHash('sha256').update('join_secret').digest('hex'),
    uid: 'uid-1',
  })
})

test('once the hub has said its time, assertions go by it', async () => {
  const who = await identity()
  who.clock.correct(new Date('2026-03-01T12:10:00Z'))
  const [, jws = ''] = (await assertion(who, 'GET /agent/v1/tunnel')).split(' ')
  expect((await claimsOf(jws, who.key.publicKey)).iat).toBe(1772367000)
})

test('a kept key is read again as the same, and what is none is refused without being quoted', async () => {
  const pem = makeKey()
  expect((await readKey(pem)).id).toBe((await readKey(pem)).id)
  expect((await readKey(makeKey())).id).not.toBe((await readKey(pem)).id)
  await expect(readKey('hunter2')).rejects.toThrow(/^The key in the Secret moorage-agent is no Ed25519 key/)
  await expect(readKey('hunter2')).rejects.not.toThrow(/hunter2/)
})
