import type { RollOut, RollOutStep } from '@moorage/contract/roll-out.ts'
import { expect, test } from 'vitest'
import { testIo } from '../test-io.ts'
import { followRollOut } from './follow-roll-out.ts'

const outcome = (cluster: string, wave: number | null, how: 'done' | 'refused' | 'not-begun' | 'away') =>
  ({ name: 'outcome', outcome: { cluster, wave, outcome: how, message: `Said of ${cluster}.` } }) as const

test('each wave is told as it begins and each cluster as it ends, and the result stays what it is', async () => {
  const { io, err, out } = testIo()
  const steps: RollOutStep[] = [
    outcome('gone', null, 'away'),
    { name: 'waves', waves: [['a'], ['b', 'c', 'd', 'e', 'f', 'g', 'h'], ['i']] },
    { name: 'begun', wave: 1, cluster: 'a' },
    outcome('a', 1, 'done'),
    { name: 'begun', wave: 2, cluster: 'b' },
    { name: 'begun', wave: 2, cluster: 'c' },
    outcome('b', 2, 'refused'),
    outcome('i', 3, 'not-begun'),
  ]
  const result: RollOut = { complete: false, items: [] }
  const done = await followRollOut(io, 'Upgrading agents', async ({ context }) => {
    for (const step of steps) context.onRollOut?.(step)
    return result
  })
  expect(done).toBe(result)
  expect(out()).toBe('')
  expect(err().trimEnd().split('\n')).toEqual([
    '  away gone: Said of gone.',
    'Wave 1 of 3: a.',
    '  done a: Said of a.',
    'Wave 2 of 3: b, c, d, e, f and 2 more.',
    '  refused b: Said of b.',
    '  not-begun i: Said of i.',
  ])
})
