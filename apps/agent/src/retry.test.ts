import { expect, test } from 'vitest'
import { HubRefusal } from './hub/refusal.ts'
import { JOIN_BACK_OFF, REFUSED_MS } from './limits.ts'
import { untilDone } from './retry.ts'

const signal = new AbortController().signal

test('tries until it succeeds, sooner where nobody said no', async () => {
  const answers = [
    new Error('no route'),
    new HubRefusal(401, { code: 'join_token_invalid' }, undefined),
    new HubRefusal(502, null, undefined),
    new HubRefusal(429, { code: 'too_many_requests' }, undefined, 20_000),
    null,
  ]
  const failures: unknown[] = []
  const waits: number[] = []
  const work = async () => {
    const next = answers.shift()
    if (next instanceof Error) throw next
    return 'done'
  }
  const done = await untilDone(work, {
    failed: error => failures.push(error),
    random: () => 0.5,
    signal,
    wait: async ms => void waits.push(ms),
  })
  expect(done).toBe('done')
  expect(failures).toHaveLength(4)
  expect(waits).toEqual([
    JOIN_BACK_OFF.baseMs / 2,
    REFUSED_MS * 0.75,
    JOIN_BACK_OFF.baseMs * 2,
    20_000 + JOIN_BACK_OFF.baseMs * 4,
  ])
})

test('ends when it is told to', async () => {
  const stop = new AbortController()
  const failed = () => stop.abort(new Error('enough'))
  const work = () => Promise.reject(new Error('no'))
  await expect(untilDone(work, { failed, random: () => 1, signal: stop.signal })).rejects.toThrow('enough')
})
