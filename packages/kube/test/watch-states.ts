import { KubeStatusError, TransportError } from '../src/errors.ts'
import type { Page } from '../src/list.ts'
import { initialState, step, type WatchInput, type WatchState } from '../src/watch-step.ts'

type At<A extends WatchState['at']> = Extract<WatchState, { at: A }>

export interface Thing {
  metadata: { name: string; resourceVersion: string }
}

export const policy = { pageSize: 500, backOff: { baseMs: 1_000, capMs: 30_000 } }
export const thing = (name: string, version = '1'): Thing => ({ metadata: { name, resourceVersion: version } })
export const change = (version: string) => ({ type: 'MODIFIED' as const, object: thing('a', version) })
export const next = (state: WatchState, input: WatchInput<Thing>) => step(state, input, policy)

export const page = (more: Partial<Page<Thing>> = {}): WatchInput<Thing> => ({
  type: 'page',
  items: [thing('a')],
  continue: null,
  resourceVersion: '10',
  bytes: 1_000,
  ...more,
})
export const failed = (error: Error, random = 0.5, lastedMs = 0): WatchInput<Thing> => ({
  type: 'failed',
  error,
  random,
  lastedMs,
})
export const status = (code: number, reason = '', extra = {}) =>
  new KubeStatusError(code, reason, `answer ${code}`, extra)
export const reset = new TransportError('reset', 'broke off')
export const events = (versions: string[], bookmark: string | null = null): WatchInput<Thing> => ({
  type: 'events',
  changes: versions.map(change),
  bookmark,
})

export const first = initialState(null, policy)
export const second: At<'list'> = {
  at: 'list',
  continue: 'c1',
  resourceVersion: '10',
  pageSize: 500,
  expiries: 0,
  attempt: 0,
}
export const open: At<'open'> = { at: 'open', resourceVersion: '10', attempt: 0 }
export const check: At<'check'> = { at: 'check', resourceVersion: '10', attempt: 0 }
export const read: At<'read'> = { at: 'read', resourceVersion: '10', attempt: 0, fresh: true }
