import { expect, test } from 'vitest'
import { Alarm } from './alarm.ts'

const never = new AbortController().signal
const HOUR = 3_600_000

test('a ring ends the sleep, also one that came before it', async () => {
  const alarm = new Alarm()
  const sleep = alarm.wait(HOUR, never)
  alarm.ring()
  await sleep
  alarm.ring()
  await alarm.wait(HOUR, never)
})

test('one ring ends one sleep', async () => {
  const alarm = new Alarm()
  alarm.ring()
  await alarm.wait(HOUR, never)
  const started = performance.now()
  await alarm.wait(20, never)
  expect(performance.now() - started).toBeGreaterThan(15)
})

test('a signal ends it', async () => {
  const stop = new AbortController()
  const sleep = new Alarm().wait(HOUR, stop.signal)
  stop.abort()
  await sleep
  await new Alarm().wait(HOUR, stop.signal)
})
