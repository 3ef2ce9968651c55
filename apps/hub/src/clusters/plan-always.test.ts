import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noFacts } from './facts.ts'
import { answered, credential, DAY, facts, fresh, just, later, T0 } from './fixtures/seen.ts'
import { PROBE_EVERY_MS } from './limits.ts'
import type { Desired, Last, Observed, Plan, Probe } from './observed.ts'
import { plan } from './plan.ts'

const probe: fc.Arbitrary<Probe> = fc.oneof(
  fc.constantFrom<Probe>(answered, { kind: 'answered', uid: 'uid-2' }),
  fc.constantFrom<Probe>({ kind: 'rejected', message: 'r' }, { kind: 'forbidden', message: 'f' }),
  fc.constantFrom<Probe>({ kind: 'failing', message: 's' }, { kind: 'unopened', message: 'u' }),
  fc
    .constantFrom('dns', 'refused', 'timeout', 'tls', 'proxy', 'reset', 'address', 'aborted')
    .map((reason): Probe => ({ kind: 'silent', reason: reason as 'dns', message: 'm' })),
)
const reading = fc.constantFrom({ got: null, tried: null }, { got: null, tried: T0 }, just)
const seen: fc.Arbitrary<Observed> = fc.record({
  probe,
  inventory: fc.constantFrom(null, { complete: false, kinds: [] }, { complete: true, kinds: [] }),
  facts: fc.constantFrom(facts, noFacts(), { ...facts, readyNodeCount: 1 }),
  readAt: fc.record({ server: reading, summary: reading, rights: reading }),
  summaryStale: fc.boolean(),
})
const wanted: fc.Arbitrary<Desired> = fc.record({
  uid: fc.constant('uid-1'),
  mode: fc.constantFrom('read-only', 'full'),
  agent: fc.constant(null),
  leaving: fc.constant(false),
  credential: fc.constantFrom(null, credential, { ...credential, expiresAt: later(3 * DAY).toISOString() }),
})
const steps = fc.array(fc.tuple(seen, fc.integer({ min: 0, max: 60_000 })), { minLength: 1, maxLength: 12 })
const walk = (want: Desired, path: [Observed, number][], each: (result: Plan, seen: Observed, now: Date) => void) => {
  let last: Last = fresh
  let ms = 0
  for (const [observation, wait] of path) {
    ms += wait
    const result = plan(want, observation, last, later(ms))
    each(result, observation, later(ms))
    last = result
  }
}

test('it is never Running or Warning without a round trip, and never for long after one', () => {
  fc.assert(
    fc.property(wanted, steps, (want, path) => {
      let good: Date | null = null
      walk(want, path, (result, { probe }, now) => {
        if (probe.kind === 'answered' && probe.uid === want.uid) good = now
        expect(result.lastSeen).toEqual(good)
        if (result.phase !== 'Running' && result.phase !== 'Warning') return
        expect(good).not.toBeNull()
        expect(now.getTime() - (good as Date | null)!.getTime()).toBeLessThan(PROBE_EVERY_MS + 8000)
      })
    }),
  )
})

test('the same observation again changes nothing, once it has been believed', () => {
  fc.assert(
    fc.property(wanted, steps, seen, (want, path, observation) => {
      let last: Last = fresh
      walk(want, path, result => {
        last = result
      })
      const now = later(1_000_000)
      const believed = plan(want, observation, plan(want, observation, last, now), now)
      const again = plan(want, observation, believed, now)
      expect(again.phase).toBe(believed.phase)
      expect(again.conditions).toEqual(believed.conditions)
      expect(again.lastSeen).toEqual(believed.lastSeen)
    }),
  )
})

test('an outage never leads to an action, other than to stop reading what is not ours to read', () => {
  fc.assert(
    fc.property(wanted, steps, (want, path) => {
      walk(want, path, ({ actions }, { probe }) => {
        if (probe.kind === 'answered' && probe.uid === want.uid) return
        expect(actions.filter(action => action.do !== 'stop-inventory')).toEqual([])
      })
    }),
  )
})

test('it looks again, soon', () => {
  fc.assert(
    fc.property(wanted, steps, (want, path) => {
      walk(want, path, ({ nextInMs }) => {
        expect(nextInMs).toBeGreaterThan(0)
        expect(nextInMs).toBeLessThanOrEqual(PROBE_EVERY_MS)
      })
    }),
  )
})
