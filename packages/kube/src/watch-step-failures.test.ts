import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  change,
  check,
  failed,
  first,
  next,
  open,
  page,
  policy,
  read,
  reset,
  second,
  status,
  type Thing,
  thing,
} from '../test/watch-states.ts'
import { AnswerError } from './errors.ts'
import { initialState, step, type WatchInput, type WatchMessage, type WatchState } from './watch-step.ts'

describe('failures', () => {
  test('that nothing but a change of rights or kinds can mend stop it', () => {
    for (const code of [403, 404, 405]) {
      for (const state of [first, second, check, open, read]) {
        const error = status(code)
        expect(next(state, failed(error))).toEqual({ state: { at: 'stopped', error }, emit: [], waitMs: 0 })
      }
    }
    expect(next(first, failed(status(400))).state.at).toBe('stopped')
  })

  test('that may pass are waited for', () => {
    for (const error of [
      status(401),
      status(429),
      status(500),
      status(503),
      reset,
      new AnswerError('not_kubernetes', ''),
    ]) {
      for (const state of [first, second, check, open, read]) {
        const { state: after, emit, waitMs } = next(state, failed(error, 0.5))
        expect(after.at).toBe(state.at === 'list' ? 'list' : 'check')
        expect(emit).toEqual([{ type: 'trouble', error, retryInMs: waitMs }])
        expect(waitMs).toBe(500)
      }
    }
  })

  test('wait as long as the server asks, and within the bound otherwise', () => {
    expect(next(open, failed(status(429, '', { retryAfterMs: 9_000 }))).waitMs).toBe(9_000)
    expect(next({ ...open, attempt: 1_000 }, failed(reset, 0.999_999)).waitMs).toBe(30_000)
    expect(next(open, failed(reset, 0)).waitMs).toBe(0)
  })
})

describe('whatever happens', () => {
  const anError = fc.oneof(
    fc.constantFrom(400, 401, 403, 404, 405, 410, 429, 500, 503, 504).map(code => status(code)),
    fc.constantFrom<Error>(reset, new AnswerError('malformed', ''), new AnswerError('too_large', ''), new Error('?')),
  )
  const version = fc.nat(1_000).map(String)
  const input: fc.Arbitrary<WatchInput<Thing>> = fc.oneof(
    fc.record({
      type: fc.constant('page' as const),
      items: fc.constantFrom<Thing[]>([], [thing('a')]),
      continue: fc.constantFrom('c', null),
      resourceVersion: version,
      bytes: fc.nat(1e8),
    }),
    fc.constantFrom({ type: 'checked' as const }, { type: 'opened' as const }),
    fc.record({
      type: fc.constant('events' as const),
      changes: fc.array(version.map(change), { maxLength: 3 }),
      bookmark: fc.oneof(version, fc.constant(null)),
    }),
    fc.record({
      type: fc.constant('ended' as const),
      lastedMs: fc.nat(100_000),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
    fc.record({
      type: fc.constant('failed' as const),
      error: anError,
      lastedMs: fc.nat(100_000),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
  )

  test('messages come in an order that makes sense, waits stay in bounds, and the input is not changed', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), fc.constantFrom(null, '500'), (inputs, resumeFrom) => {
        let state = initialState(resumeFrom, policy)
        let listing = false
        let known = resumeFrom !== null
        for (const each of inputs) {
          const before = structuredClone(state.at === 'stopped' ? null : state)
          const result = step<Thing>(state, each, policy)
          if (before) expect(state).toEqual(before)
          expect(result.waitMs).toBeGreaterThanOrEqual(0)
          expect(result.waitMs).toBeLessThanOrEqual(policy.backOff.capMs)
          for (const message of result.emit as WatchMessage<Thing>[]) {
            if (message.type === 'restarted') listing = true
            if (message.type === 'page') expect(listing).toBe(true)
            if (message.type === 'listed') {
              expect(listing).toBe(true)
              listing = false
              known = true
            }
            if (message.type === 'changes' || message.type === 'bookmark') {
              expect({ listing, known }).toEqual({ listing: false, known: true })
            }
            if (message.type === 'trouble') expect(message.retryInMs).toBe(result.waitMs)
          }
          // A list that was cut is never taken for whole: the next thing told of it is a new start.
          if (result.state.at === 'list' && result.state.continue === null) listing = false
          if (result.state.at === 'list') {
            expect(result.state.pageSize).toBeLessThanOrEqual(policy.pageSize)
            expect(result.state.pageSize).toBeGreaterThanOrEqual(0)
          }
          if (state.at === 'stopped') expect(result.state).toBe(state)
          state = result.state
        }
      }),
      { numRuns: 500 },
    )
  })

  test('repeated failures never make it busy: of ten, at least eight wait', () => {
    fc.assert(
      fc.property(fc.array(anError, { minLength: 10, maxLength: 10 }), errors => {
        let state: WatchState = open
        let waits = 0
        for (const error of errors) {
          // Whatever is done between two failures went well, but told nothing.
          if (state.at === 'check') state = next(state, { type: 'checked' }).state
          if (state.at === 'open') state = next(state, { type: 'opened' }).state
          const result = next(state, failed(error, 0.9))
          if (result.state.at === 'stopped') return
          if (result.waitMs > 0) waits++
          state = result.state.at === 'list' ? next(result.state, page()).state : result.state
        }
        expect(waits).toBeGreaterThanOrEqual(8)
      }),
    )
  })
})
