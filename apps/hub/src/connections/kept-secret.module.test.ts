import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import { keptSecret } from './kept-secret.ts'
import { peerSecret } from './peer-secret.ts'
import { makeSealer } from './sealing.ts'
import { SealingKey } from './sealing-key.ts'

test('a secret of the hub’s own is kept over another key, and made anew where its key is lost', async () => {
  await using store = await testStore('pglite', '')
  const [old, next, other] = [1, 2, 3].map(fill => new SealingKey(Buffer.alloc(32, fill))) as [
    SealingKey,
    SealingKey,
    SealingKey,
  ]
  const by = (...keys: SealingKey[]) => ({ store, sealer: makeSealer(keys) })
  const secret = async (deps: ReturnType<typeof by>) => Buffer.from(await peerSecret(deps, randomBytes)).toString('hex')
  const first = await secret(by(old))
  expect(await secret(by(old))).toBe(first)
  expect(await secret(by(next, old))).toBe(first)
  // Sealed again with the newest, so that the old one is not needed any more.
  expect(await secret(by(next))).toBe(first)
  const anew = await secret(by(other))
  expect(anew).toMatch(/^[\da-f]{64}$/)
  expect(anew).not.toBe(first)
  expect(await secret(by(other))).toBe(anew)
  const own = { key: 'own', context: 'hub/own', make: () => 'made' }
  expect((await keptSecret(by(other), own)).reveal()).toBe('made')
})
