import type { Change } from '@moorage/contract/hub.ts'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Authenticated } from './identity.ts'
import { knowCredentials } from './known-credentials.ts'

const SECOND = 1_000
const ada: Authenticated = {
  identity: { kind: 'user', id: 'ada', name: 'ada', groups: [] },
  via: { kind: 'bearer', tokenId: 't' },
}
const token = { kind: 'token' as const, text: 'moorage_a' }

function open() {
  let ms = 1_000_000
  const find = vi.fn(async (_credential: typeof token | { kind: 'session'; text: string }) => ada)
  const heard: ((change: Change) => void)[] = []
  const changes = {
    async *subscribe(signal: AbortSignal) {
      while (!signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<Change | null>()
        heard.push(resolve)
        signal.addEventListener('abort', () => resolve(null), { once: true })
        const change = await promise
        if (change !== null) yield change
      }
    },
  }
  const known = knowCredentials({ find, now: () => new Date(ms), changes })
  onTestFinished(() => known[Symbol.asyncDispose]())
  const say = (type: Change['type'], cluster: string) =>
    heard.shift()?.({ type, cluster, name: '', kinds: [], at: new Date(ms).toISOString() })
  return { known, find, say, heard, pass: (more: number) => (ms += more) }
}

test('a credential is asked about once a second, however many requests carry it', async () => {
  const { known, find, pass } = open()
  expect(await Promise.all([known.who(token), known.who(token)])).toEqual([ada, ada])
  pass(SECOND / 2)
  await known.who(token)
  expect(find).toHaveBeenCalledTimes(1)
  pass(SECOND / 2)
  await known.who(token)
  expect(find).toHaveBeenCalledTimes(2)
  // A clock that was put back must not make it good for longer.
  pass(-5 * SECOND)
  await known.who(token)
  expect(find).toHaveBeenCalledTimes(3)
})

test('a cookie is not a token of the same text', async () => {
  const { known, find } = open()
  await known.who(token)
  await known.who({ ...token, kind: 'session', attended: true })
  expect(find).toHaveBeenCalledTimes(2)
})

test('a refusal is not remembered', async () => {
  const { known, find } = open()
  find.mockRejectedValueOnce(new Error('unknown'))
  await expect(known.who(token)).rejects.toThrow('unknown')
  expect(await known.who(token)).toBe(ada)
})

test('what was revoked is asked about anew, also where it was being asked about just then', async () => {
  const { known, find } = open()
  const { promise, resolve } = Promise.withResolvers<Authenticated>()
  find.mockReturnValueOnce(promise)
  const before = known.who(token)
  known.forget()
  find.mockRejectedValue(new Error('revoked'))
  resolve(ada)
  expect(await before).toBe(ada)
  await expect(known.who(token)).rejects.toThrow('revoked')
})

test.each([
  ['access', ''],
  ['ping', ''],
] as const)('another replica’s change of %s in cluster "%s" makes it forget', async (type, cluster) => {
  const { known, find, say } = open()
  await known.who(token)
  say(type, cluster)
  await eventually(
    async () => {
      await known.who(token)
      expect(find).toHaveBeenCalledTimes(2)
    },
    { within: 5_000 },
  )
})

test('what changes in a cluster is no reason to ask anew', async () => {
  const { known, find, say, heard } = open()
  await known.who(token)
  say('inventory', 'c-1')
  await vi.waitFor(() => expect(heard).toHaveLength(1))
  await known.who(token)
  expect(find).toHaveBeenCalledTimes(1)
})

test('of more than it remembers, the oldest is asked about anew', async () => {
  const { known, find } = open()
  const nth = (n: number) => ({ ...token, text: `moorage_${n}` })
  for (let n = 0; n <= 10_000; n += 1) await known.who(nth(n))
  await known.who(nth(10_000))
  expect(find).toHaveBeenCalledTimes(10_001)
  await known.who(nth(0))
  expect(find).toHaveBeenCalledTimes(10_002)
})
