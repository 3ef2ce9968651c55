import { type BackOff, fullJitter } from './back-off.ts'
import { AnswerError, KubeStatusError, TransportError } from './errors.ts'
import type { Page } from './list.ts'
import type { Change } from './watch-events.ts'

/** What a watch tells. Between `restarted` and `listed` come the pages of a full list; what is on none of them is gone. */
export type WatchMessage<T> =
  | { type: 'restarted' }
  | { type: 'page'; items: T[] }
  | { type: 'listed'; resourceVersion: string }
  /** The server has taken the watch: what was listed or resumed is the present state. */
  | { type: 'opened' }
  | { type: 'changes'; changes: Change<T>[]; resourceVersion: string }
  | { type: 'bookmark'; resourceVersion: string }
  | { type: 'trouble'; error: Error; retryInMs: number }

/** What is done next. Each state holds only what its own deed needs. */
export type WatchState =
  /** Ask for a page. The first one (`continue` is null) leads to `restarted`; the last one to `open`. */
  | {
      at: 'list'
      continue: string | null
      resourceVersion: string | null
      pageSize: number
      expiries: number
      attempt: number
    }
  /**
   * Ask whether the server has come as far as this version, as it takes a watch from the future and then says
   * nothing of what was lost: after etcd was restored from a backup. Leads to `open` or `list`.
   */
  | { at: 'check'; resourceVersion: string; attempt: number }
  /** Open a watch. Leads to `read`, or back to `list` where the server no longer knows this version. */
  | { at: 'open'; resourceVersion: string; attempt: number }
  /** Read from the open watch. Leads to `read`, to `open` when it ends, to `check` when it breaks, or to `list` when it expired. */
  | { at: 'read'; resourceVersion: string; attempt: number; fresh: boolean }
  /** Give up: the error is the caller's to decide about. */
  | { at: 'stopped'; error: Error }

/** What came of it. */
export type WatchInput<T> =
  | ({ type: 'page' } & Page<T>)
  | { type: 'checked' }
  | { type: 'opened' }
  /** What one read brought, in its order: changes, then perhaps a bookmark. */
  | { type: 'events'; changes: Change<T>[]; bookmark: string | null }
  | { type: 'ended'; lastedMs: number; random: number }
  | { type: 'failed'; error: Error; lastedMs: number; random: number }

export interface WatchPolicy {
  /** Objects per page at most. */
  pageSize: number
  backOff: BackOff
}

export interface Step<T> {
  state: WatchState
  emit: WatchMessage<T>[]
  /** To wait before the next deed. */
  waitMs: number
}

/** A page larger than this is followed by smaller ones, in bytes: what is parsed at once stops everything else meanwhile. */
const PAGE_BYTES = 8 * 1024 * 1024

/** A watch that lasted this long was a working one, in ms: its end is no reason to wait. */
const SETTLED_MS = 5_000

/** After this many lists whose pages expired, ask for the whole list at once, as it can not expire on the way. */
const EXPIRIES_BEFORE_WHOLE = 2

/** Where a watch begins: at a version that was stored, or with a list. */
export const initialState = (resumeFrom: string | null | undefined, policy: WatchPolicy): WatchState =>
  resumeFrom ? { at: 'check', resourceVersion: resumeFrom, attempt: 0 } : fromScratch(policy)

const fromScratch = (policy: WatchPolicy, attempt = 0, expiries = 0): WatchState => ({
  at: 'list',
  continue: null,
  resourceVersion: null,
  pageSize: expiries >= EXPIRIES_BEFORE_WHOLE ? 0 : policy.pageSize,
  expiries,
  attempt,
})

/** What a failure means: `gone` = the version is no longer served; `fatal` = asking again gives the same. */
const verdict = (state: WatchState, error: Error): 'fatal' | 'gone' | 'smaller' | 'again' => {
  if (error instanceof AnswerError && error.code === 'too_large') {
    if (state.at !== 'list') return 'gone' // The same line would come again; a list may hold a smaller form by then.
    return state.pageSize === 1 ? 'fatal' : 'smaller'
  }
  if (!(error instanceof KubeStatusError)) return 'again'
  if (error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone') return 'gone'
  // A version of another life of the cluster, or of another cluster.
  const foreign = error.status === 400 || /too large resource version|resourceVersion: Invalid/i.test(error.message)
  if (foreign && state.at !== 'list') return 'gone'
  return [400, 403, 404, 405].includes(error.status) ? 'fatal' : 'again'
}

/** A version below the one asked for: the cluster's history was set back. Other forms than numbers are not compared. */
const wentBack = (from: string, to: string) => /^\d+$/.test(from) && /^\d+$/.test(to) && BigInt(to) < BigInt(from)

const smaller = (pageSize: number, policy: WatchPolicy) =>
  pageSize === 0 ? Math.max(1, policy.pageSize) : Math.max(1, pageSize >> 1)

const nextPageSize = (pageSize: number, bytes: number, policy: WatchPolicy) => {
  if (pageSize === 0) return 0
  if (bytes > PAGE_BYTES) return smaller(pageSize, policy)
  return bytes < PAGE_BYTES / 4 ? Math.min(policy.pageSize, pageSize * 2) : pageSize
}

const afterFailure = <T>(
  state: Exclude<WatchState, { at: 'stopped' }>,
  failure: { error: Error; lastedMs: number; random: number },
  policy: WatchPolicy,
): Step<T> => {
  const { error } = failure
  const kind = verdict(state, error)
  if (kind === 'fatal') return { state: { at: 'stopped', error }, emit: [], waitMs: 0 }
  const before = state.at === 'read' && failure.lastedMs >= SETTLED_MS ? 0 : state.attempt
  const attempt = before + 1
  const asked = error instanceof KubeStatusError ? (error.retryAfterMs ?? 0) : 0
  // A version that expired is no fault of anybody's, unless it happens again at once.
  const waitMs =
    kind === 'gone' && before === 0 ? 0 : Math.max(fullJitter(attempt, failure.random, policy.backOff), asked)
  const emit: WatchMessage<T>[] = waitMs === 0 && kind === 'gone' ? [] : [{ type: 'trouble', error, retryInMs: waitMs }]
  if (kind === 'gone') {
    const expiries = state.at === 'list' ? state.expiries + 1 : 0
    return { state: fromScratch(policy, attempt, expiries), emit, waitMs }
  }
  if (state.at === 'list') {
    const pageSize = kind === 'smaller' ? smaller(state.pageSize, policy) : state.pageSize
    return { state: { ...state, pageSize, attempt }, emit, waitMs }
  }
  return { state: { at: 'check', resourceVersion: state.resourceVersion, attempt }, emit, waitMs }
}

const afterPage = <T>(state: Extract<WatchState, { at: 'list' }>, page: Page<T>, policy: WatchPolicy): Step<T> => {
  // All pages show the state of the first, so that is where the watch goes on.
  const resourceVersion = state.resourceVersion ?? page.resourceVersion
  const emit: WatchMessage<T>[] = []
  if (state.continue === null) emit.push({ type: 'restarted' })
  if (page.items.length > 0) emit.push({ type: 'page', items: page.items })
  if (page.continue === null) {
    emit.push({ type: 'listed', resourceVersion })
    return { state: { at: 'open', resourceVersion, attempt: state.attempt }, emit, waitMs: 0 }
  }
  const pageSize = nextPageSize(state.pageSize, page.bytes, policy)
  return { state: { ...state, continue: page.continue, resourceVersion, pageSize }, emit, waitMs: 0 }
}

const afterEvents = <T extends { metadata: { resourceVersion: string } }>(
  state: Extract<WatchState, { at: 'read' }>,
  { changes, bookmark }: { changes: Change<T>[]; bookmark: string | null },
  policy: WatchPolicy,
): Step<T> => {
  const first = changes[0]?.object.metadata.resourceVersion ?? bookmark
  if (first === null) return { state, emit: [], waitMs: 0 }
  if (state.fresh && wentBack(state.resourceVersion, first)) {
    const waitMs = state.attempt === 0 ? 0 : policy.backOff.capMs
    const error = new AnswerError('malformed', 'The versions of the cluster went back: its history was replaced.')
    const emit: WatchMessage<T>[] = waitMs === 0 ? [] : [{ type: 'trouble', error, retryInMs: waitMs }]
    return { state: fromScratch(policy, state.attempt + 1), emit, waitMs }
  }
  const emit: WatchMessage<T>[] = []
  const last = changes.at(-1)?.object.metadata.resourceVersion
  if (last !== undefined) emit.push({ type: 'changes', changes, resourceVersion: last })
  if (bookmark !== null) emit.push({ type: 'bookmark', resourceVersion: bookmark })
  const resourceVersion = bookmark ?? last ?? state.resourceVersion
  return { state: { at: 'read', resourceVersion, attempt: 0, fresh: false }, emit, waitMs: 0 }
}

/**
 * The whole behaviour of a watch: from what was done and what came of it, to
 * what is told and what is done next. An input that can not follow from the
 * state changes nothing.
 */
export const step = <T extends { metadata: { resourceVersion: string } }>(
  state: WatchState,
  input: WatchInput<T>,
  policy: WatchPolicy,
): Step<T> => {
  if (state.at === 'stopped') return { state, emit: [], waitMs: 0 }
  switch (input.type) {
    case 'failed':
      return afterFailure(state, input, policy)
    case 'page':
      if (state.at === 'list') return afterPage(state, input, policy)
      break
    case 'checked':
      if (state.at === 'check') return { state: { ...state, at: 'open' }, emit: [], waitMs: 0 }
      break
    case 'opened':
      if (state.at === 'open')
        return { state: { ...state, at: 'read', fresh: true }, emit: [{ type: 'opened' }], waitMs: 0 }
      break
    case 'events':
      if (state.at === 'read') return afterEvents(state, input, policy)
      break
    case 'ended': {
      if (state.at !== 'read') break
      const { resourceVersion } = state
      if (input.lastedMs >= SETTLED_MS)
        return { state: { at: 'open', resourceVersion, attempt: 0 }, emit: [], waitMs: 0 }
      const error = new TransportError('reset', 'The API server ended the watch as soon as it had begun.')
      return afterFailure(state, { ...input, error }, policy)
    }
    default:
      input satisfies never
  }
  return { state, emit: [], waitMs: 0 }
}
