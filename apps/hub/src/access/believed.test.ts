import { expect, test } from 'vitest'
import { Believed } from './believed.ts'

function open({ most = 10 } = {}) {
  let ms = 1_000_000
  const asked: PromiseWithResolvers<string>[] = []
  const believed = new Believed<string>({ forMs: 1_000, most, clock: () => ms })
  const ask = () => {
    const one = Promise.withResolvers<string>()
    asked.push(one)
    return one.promise
  }
  /** What is said at once; null where it is waited for. */
  const get = (key = 'a') =>
    Promise.race([believed.get(key, ask), new Promise<null>(resolve => setImmediate(resolve, null))])
  const answer = async (text: string | Error) => {
    const one = asked.at(-1)
    if (text instanceof Error) one?.reject(text)
    else one?.resolve(text)
    await new Promise(resolve => setImmediate(resolve))
  }
  return { believed, get, answer, asked, pass: (more: number) => (ms += more) }
}

test('who asks again before the time is over does not wait for the next answer', async () => {
  const { get, answer, asked, pass } = open()
  expect(await get()).toBe(null)
  await answer('first')
  pass(749)
  expect([await get(), asked.length]).toEqual(['first', 1])
  pass(1)
  expect([await get(), await get(), asked.length]).toEqual(['first', 'first', 2])
  await answer('second')
  expect([await get(), asked.length]).toEqual(['second', 2])
})

test('nothing is believed for longer, though the next answer does not come', async () => {
  const { get, answer, asked, pass } = open()
  void get()
  await answer('first')
  pass(999)
  expect(await get()).toBe('first')
  pass(1)
  expect([await get(), asked.length]).toEqual([null, 2])
  await answer('second')
  expect(await get()).toBe('second')
  // From when it was asked for, not from when it came.
  pass(999)
  expect(await get()).toBe(null)
})

test('a refusal ends what was believed before', async () => {
  const { get, answer, asked, pass } = open()
  void get()
  await answer('first')
  pass(800)
  expect(await get()).toBe('first')
  await answer(new Error('revoked'))
  expect([await get(), asked.length]).toEqual([null, 3])
})

test('what was forgotten is not believed either where it was being asked about just then', async () => {
  const { believed, get, answer, asked, pass } = open()
  void get()
  await answer('first')
  pass(800)
  void get()
  believed.forget('a')
  await answer('second')
  expect([await get(), asked.length]).toEqual([null, 3])
  await answer('third')
  believed.forgetAll()
  expect([await get(), asked.length]).toEqual([null, 4])
})

test('a clock that was put back makes nothing good for longer', async () => {
  const { get, answer, asked, pass } = open()
  void get()
  await answer('first')
  pass(-5)
  expect([await get(), asked.length]).toEqual([null, 2])
})

test('of more than it remembers the oldest is asked about anew', async () => {
  const { get, answer, asked } = open({ most: 2 })
  for (const key of ['a', 'b', 'c']) {
    void get(key)
    await answer(key)
  }
  expect([await get('b'), await get('c'), asked.length]).toEqual(['b', 'c', 3])
  expect([await get('a'), asked.length]).toEqual([null, 4])
})
