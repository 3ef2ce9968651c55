import { expect, test } from 'vitest'
import { eventually, type NotEventually } from './eventually.ts'

test('resolves with the first value that is not false', async () => {
  let calls = 0
  expect(await eventually(() => ++calls >= 3 && calls, { within: 1_000, every: 1 })).toBe(3)
})

test('a falsy value other than false counts as an answer', async () => {
  expect(await eventually(() => 0, { within: 100 })).toBe(0)
  expect(await eventually(() => undefined, { within: 100 })).toBeUndefined()
})

test('names the last failure, the tries and the time', async () => {
  let calls = 0
  const failing = eventually(
    () => {
      throw new Error(`failure ${++calls}`)
    },
    { within: 40, every: 5 },
  )
  const error = await failing.catch(e => e as NotEventually)
  expect(error.code).toBe('not_eventually')
  expect(error.message).toMatch(/not so within 40 ms \(\d+ tries\); the last one failed: failure \d+/)
  expect(error.message).toContain(`failure ${calls}`)
})

test('a try that hangs does not outlive the deadline', async () => {
  const error = await eventually(() => new Promise<never>(() => {}), { within: 30 }).catch(e => e as NotEventually)
  expect(error.message).toContain('a try still ran when 30 ms were over')
})

test('an outside signal ends it with its own reason', async () => {
  const stop = new AbortController()
  const waiting = eventually(() => false, { within: 5_000, signal: stop.signal })
  stop.abort(new Error('the test is over'))
  await expect(waiting).rejects.toThrow('the test is over')
})
