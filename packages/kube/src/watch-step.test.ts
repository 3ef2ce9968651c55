import { describe, expect, test } from 'vitest'
import {
  change,
  check,
  events,
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
  thing,
} from '../test/watch-states.ts'
import { AnswerError, KubeStatusError } from './errors.ts'
import { initialState, type WatchState } from './watch-step.ts'

describe('the beginning', () => {
  test('is a list from the start', () => {
    expect(first).toMatchObject({ at: 'list', continue: null, pageSize: 500 })
    expect(initialState('', policy)).toEqual(first)
  })

  test('is a look whether the server knows a version that was stored', () => {
    expect(initialState('42', policy)).toEqual({ at: 'check', resourceVersion: '42', attempt: 0 })
  })
})

describe('listing', () => {
  test('one page is a whole list', () => {
    expect(next(first, page())).toEqual({
      state: open,
      emit: [{ type: 'restarted' }, { type: 'page', items: [thing('a')] }, { type: 'listed', resourceVersion: '10' }],
      waitMs: 0,
    })
  })

  test('an empty kind is a whole list too', () => {
    const { emit } = next(first, page({ items: [] }))
    expect(emit.map(({ type }) => type)).toEqual(['restarted', 'listed'])
  })

  test('a first page leads to the next', () => {
    const { state, emit } = next(first, page({ continue: 'c1' }))
    expect(state).toEqual(second)
    expect(emit.map(({ type }) => type)).toEqual(['restarted', 'page'])
  })

  test('the version of the first page counts', () => {
    const { state, emit } = next(second, page({ resourceVersion: '99' }))
    expect(state).toEqual(open)
    expect(emit).toEqual([
      { type: 'page', items: [thing('a')] },
      { type: 'listed', resourceVersion: '10' },
    ])
  })

  test('a page that expired starts the list anew, at once', () => {
    const { state, emit, waitMs } = next(second, failed(status(410, 'Expired')))
    expect(state).toMatchObject({ at: 'list', continue: null, resourceVersion: null, expiries: 1 })
    expect({ emit, waitMs }).toEqual({ emit: [], waitMs: 0 })
  })

  test('pages that expire twice lead to a list without pages, after a wait', () => {
    const again: WatchState = { ...second, expiries: 1, attempt: 1 }
    const { state, waitMs } = next(again, failed(status(410)))
    expect(state).toMatchObject({ at: 'list', continue: null, pageSize: 0, expiries: 2 })
    expect(waitMs).toBeGreaterThan(0)
  })

  test('a break repeats the page that it broke', () => {
    const { state, emit, waitMs } = next(second, failed(reset))
    expect(state).toEqual({ ...second, attempt: 1 })
    expect(emit).toEqual([{ type: 'trouble', error: reset, retryInMs: 500 }])
    expect(waitMs).toBe(500)
  })

  test('a large page is followed by smaller ones, small ones by larger ones again', () => {
    const sizes = [20, 20, 20, 1, 1, 5].map(mib => mib * 1024 * 1024)
    let state: WatchState = first
    const asked = sizes.map(bytes => {
      state = next(state, page({ continue: 'c', bytes })).state
      return state.at === 'list' ? state.pageSize : null
    })
    expect(asked).toEqual([250, 125, 62, 124, 248, 248])
  })

  test('a page that is too large to read is asked for again in half', () => {
    const tooLarge = new AnswerError('too_large', 'large')
    expect(next(first, failed(tooLarge)).state).toMatchObject({ at: 'list', pageSize: 250 })
    expect(next({ ...second, pageSize: 0 }, failed(tooLarge)).state).toMatchObject({ pageSize: 500 })
    expect(next({ ...second, pageSize: 1 }, failed(tooLarge)).state).toEqual({ at: 'stopped', error: tooLarge })
  })
})

describe('opening', () => {
  test('comes after the check', () => {
    expect(next(check, { type: 'checked' })).toEqual({ state: open, emit: [], waitMs: 0 })
  })

  test('leads to reading', () => {
    expect(next(open, { type: 'opened' })).toEqual({ state: read, emit: [{ type: 'opened' }], waitMs: 0 })
  })

  test('a version that expired leads to a list, at once', () => {
    const { state, emit, waitMs } = next(open, failed(status(410, 'Expired')))
    expect(state).toMatchObject({ at: 'list', continue: null, expiries: 0 })
    expect({ emit, waitMs }).toEqual({ emit: [], waitMs: 0 })
  })

  test('a version that expires again and again makes it wait', () => {
    const { emit, waitMs } = next({ ...open, attempt: 1 }, failed(status(410)))
    expect(waitMs).toBe(1_000)
    expect(emit).toMatchObject([{ type: 'trouble', retryInMs: 1_000 }])
  })

  test('a version of another life of the cluster leads to a list', () => {
    const tooLarge = new KubeStatusError(504, 'Timeout', 'Too large resource version: 99, current: 7')
    const nonsense = new KubeStatusError(500, '', 'resourceVersion: Invalid value: "x": strconv.ParseUint')
    for (const error of [status(400, 'BadRequest'), tooLarge, nonsense]) {
      for (const state of [check, open]) {
        expect(next(state, failed(error))).toMatchObject({ state: { at: 'list', continue: null }, waitMs: 0 })
      }
    }
  })
})

describe('reading', () => {
  test('changes and bookmarks move the version on', () => {
    const { state, emit } = next(read, events(['11', '12'], '15'))
    expect(state).toEqual({ at: 'read', resourceVersion: '15', attempt: 0, fresh: false })
    expect(emit).toEqual([
      { type: 'changes', changes: [change('11'), change('12')], resourceVersion: '12' },
      { type: 'bookmark', resourceVersion: '15' },
    ])
  })

  test('a read without a whole line changes nothing', () => {
    expect(next(read, events([]))).toEqual({ state: read, emit: [], waitMs: 0 })
  })

  test('whatever comes proves that the watch works', () => {
    expect(next({ ...read, attempt: 5 }, events([], '11')).state).toMatchObject({ attempt: 0 })
  })

  test('the end of a watch that had worked leads to the next, at once', () => {
    const { state, emit, waitMs } = next({ ...read, attempt: 3 }, { type: 'ended', lastedMs: 60_000, random: 0.5 })
    expect(state).toEqual(open)
    expect({ emit, waitMs }).toEqual({ emit: [], waitMs: 0 })
  })

  test('watches that end at once make it wait longer and longer', () => {
    const waits: number[] = []
    let state: WatchState = read
    for (let i = 0; i < 4; i++) {
      const ended = next(state, { type: 'ended', lastedMs: 10, random: 0.5 })
      waits.push(ended.waitMs)
      state = next(next(ended.state, { type: 'checked' }).state, { type: 'opened' }).state
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000])
  })

  test('a break resumes where it was', () => {
    const { state, emit } = next({ ...read, resourceVersion: '12' }, failed(reset))
    expect(state).toEqual({ at: 'check', resourceVersion: '12', attempt: 1 })
    expect(emit).toMatchObject([{ type: 'trouble', error: reset }])
  })

  test('a break after a long time counts as the first', () => {
    expect(next({ ...read, attempt: 9 }, failed(reset, 0.5, 60_000)).state).toMatchObject({ attempt: 1 })
  })

  test('an expiry within the watch leads to a list', () => {
    expect(next(read, failed(status(410, 'Expired'))).state).toMatchObject({ at: 'list', continue: null })
  })

  test('a line that is too long leads to a list', () => {
    expect(next(read, failed(new AnswerError('too_large', 'long'))).state).toMatchObject({ at: 'list' })
  })

  test('a broken line resumes before it', () => {
    expect(next(read, failed(new AnswerError('malformed', 'broken'))).state).toMatchObject({ at: 'check' })
  })

  test('versions that went back lead to a list, and nothing of it is told', () => {
    for (const input of [events(['9']), events([], '9')]) {
      const { state, emit, waitMs } = next(read, input)
      expect(state).toMatchObject({ at: 'list', continue: null, attempt: 1 })
      expect({ emit, waitMs }).toEqual({ emit: [], waitMs: 0 })
      expect(next({ ...read, attempt: 1 }, input)).toMatchObject({ waitMs: 30_000, emit: [{ type: 'trouble' }] })
    }
  })

  test('versions that are no numbers are not compared', () => {
    const from: WatchState = { ...read, resourceVersion: 'z9' }
    expect(next(from, events(['a1'])).state).toMatchObject({ at: 'read', resourceVersion: 'a1' })
  })

  test('versions longer than a double are compared exactly', () => {
    const from: WatchState = { ...read, resourceVersion: '9007199254740993' }
    expect(next(from, events(['9007199254740992'])).state.at).toBe('list')
    expect(next(from, events(['9007199254740993'])).state.at).toBe('read')
  })
})
