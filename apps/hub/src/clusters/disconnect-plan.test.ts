import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Leaving, nextStep } from './disconnect-plan.ts'

const object = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'moorage', name, uid: name })
const leaving = fc.record({
  silent: fc.boolean(),
  owed: fc.array(fc.string().map(object), { maxLength: 4 }),
  force: fc.boolean(),
  tried: fc.constant(false),
})

/** Goes on until it ends; `left` of the owed objects withstand the removal. */
function carryOut(start: Leaving, left: number) {
  const steps: string[] = []
  let now = start
  while (steps.length < 10) {
    const step = nextStep(now)
    steps.push(step)
    if (step !== 'remove') return steps
    now = { ...now, tried: true, owed: now.owed.slice(0, left) }
  }
  return steps
}

test('answering or not, a disconnect ends, and with force it always forgets', () => {
  fc.assert(
    fc.property(leaving, fc.nat(4), (start, left) => {
      const steps = carryOut(start, left)
      expect(steps.length).toBeLessThanOrEqual(2)
      if (start.force || left === 0 || start.owed.length === 0) expect(steps.at(-1)).toBe('forget')
      else expect(steps.at(-1)).toBe('refuse')
    }),
  )
})

test('nothing is removed from a member that the hub put nothing into', () => {
  fc.assert(
    fc.property(leaving, start => {
      expect(carryOut({ ...start, owed: [] }, 0)).toEqual(['forget'])
    }),
  )
})

test('a forced disconnect does not wait for a member that is known to be silent', () => {
  const start = { silent: true, owed: [object('a')], force: true, tried: false } as const
  expect(nextStep(start)).toBe('forget')
})
