import { expect, test } from 'vitest'
import { gateOf } from './gate.ts'
import { rateOf } from './rate.ts'

test('a rate lets a burst through, then so many per second, for each key alone', () => {
  let now = 0
  const rate = rateOf(3, 2, () => now)
  const tries = (key: string, count: number) => Array.from({ length: count }, () => rate.allows(key)).filter(Boolean)
  expect(tries('a', 5)).toHaveLength(3)
  expect(tries('b', 5)).toHaveLength(3)
  now = 1000
  expect(tries('a', 5)).toHaveLength(2)
  now = 60_000
  expect(rate.spent('a')).toBe(false)
  expect(tries('a', 5)).toHaveLength(3)
  expect([rate.spent('a'), rate.spent('a'), rate.spent('nobody')]).toEqual([true, true, false])
})

test('a rate gives back what was asked for, and no more than the burst', () => {
  const rate = rateOf(2, 0, () => 0)
  const tries = (count: number) => Array.from({ length: count }, () => rate.allows('a')).filter(Boolean)
  rate.give('a', 1)
  expect(tries(5)).toHaveLength(2)
  rate.give('a', 1)
  expect(tries(5)).toHaveLength(1)
  rate.give('a', 9)
  expect(tries(9)).toHaveLength(2)
})

test('a rate does not remember for ever whom it saw', () => {
  let now = 0
  const rate = rateOf(1, 1, () => now)
  for (let n = 0; n < 50_000; n += 1) {
    now += 1
    rate.allows(`key ${n}`)
  }
  // Whoever was seen within the last second is not forgotten, and a round of forgetting comes with the ten thousandth.
  expect(rate.size).toBeLessThanOrEqual(10_001)
})

test('a gate lets a few in, some wait, and the rest are told at once', async () => {
  const gate = gateOf(2, 3)
  const inside: (() => void)[] = []
  let most = 0
  let now = 0
  const work = async () => {
    now += 1
    most = Math.max(most, now)
    await new Promise<void>(resolve => inside.push(resolve))
    now -= 1
    return 'done'
  }
  const passes = Array.from({ length: 8 }, () => gate.pass(work))
  expect(passes.filter(pass => pass === null)).toHaveLength(3)
  expect(gate.waiting).toBe(3)
  for (let n = 0; n < 5; n += 1) {
    inside.shift()?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(await Promise.all(passes.filter(pass => pass !== null))).toEqual(Array(5).fill('done'))
  expect(most).toBe(2)
  await expect(gate.pass(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(gate.pass(async () => 'free')).not.toBeNull()
})
