import type { CheckStep, Connected } from '@moorage/contract/cluster.ts'
import { expect, test } from 'vitest'
import { checkInHub } from './check-in-hub.ts'
import { testIo } from './test-io.ts'

const step = (name: CheckStep['name'], ms: number): CheckStep => ({ name, status: 'ok', message: 'Well.', ms })
const steps = [step('parse', 1), step('identity', 1234)]
const done: Connected = { cluster: null, steps, uid: 'u', version: 'v1.36.3' }
const lines = ['✓   parse          1 ms   Well.', '✓   identity    1234 ms   Well.']

test('each step is printed when it has passed, before the next one has', async () => {
  const { io, err } = testIo()
  const seen: string[] = []
  await checkInHub(io, 'Checking', async ({ context }) => {
    for (const one of steps) {
      context.onStep?.(one)
      seen.push(err())
    }
    return done
  })
  expect(seen).toEqual([`${lines[0]}\n`, `${lines.join('\n')}\n`])
  expect(err()).toBe(`${lines.join('\n')}\n`)
})

test('what passed before a failure stands there', async () => {
  const { io, err } = testIo()
  const failing = checkInHub(io, 'Checking', async ({ context }) => {
    context.onStep?.(step('parse', 1))
    throw new Error('not reached')
  })
  await expect(failing).rejects.toThrow('not reached')
  expect(err()).toBe(`${lines[0]}\n`)
})

test('the steps of a hub that tells them only at the end are printed then', async () => {
  const { io, err } = testIo()
  await checkInHub(io, 'Checking', async () => done)
  expect(err()).toBe(`${lines.join('\n')}\n`)
})
