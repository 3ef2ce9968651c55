import { setTimeout as sleep } from 'node:timers/promises'
import { type BackOff, DEFAULT_BACK_OFF } from './back-off.ts'
import { getJson } from './client.ts'
import { listPage, PAGE_SIZE, type Selection } from './list.ts'
import { collectionPath } from './path.ts'
import type { KubeObject, Resource } from './resource.ts'
import type { KubeTransport } from './transport.ts'
import { initialState, step, type WatchInput, type WatchMessage, type WatchState } from './watch-step.ts'
import { openWatch, type WatchStream } from './watch-stream.ts'
import { withinTime } from './within.ts'

export type { WatchMessage } from './watch-step.ts'

/** How long the server is asked to keep a watch open, in s; up to a fifth less, so that many do not end together. */
const WATCH_SECONDS = 300

/** Silence after which a watch is given up, beyond the end that the server was asked for, in ms. Quiet kinds have no bookmarks to go by. */
const IDLE_GRACE_MS = 15_000

/** For the head of a watch's answer, in ms: a busy API server lets it queue for up to a minute. */
const OPEN_MS = 60_000

/** For the question whether a version is known, in ms: the API server itself waits three seconds for its cache. */
const CHECK_MS = 30_000

/** For one page of a list, in ms: twice what the API server itself allows, as the way may be slow. */
const PAGE_MS = 120_000

export interface WatchOptions extends Selection {
  /** Stops the watch; the iteration then ends without an error. */
  signal: AbortSignal
  /** A resourceVersion to go on from, without a list; where the server no longer knows it, a list follows. */
  resumeFrom?: string | null | undefined
  pageSize?: number
  backOff?: BackOff
  watchSeconds?: number
  idleGraceMs?: number
  /** In [0, 1). */
  random?: () => number
}

/**
 * Watches a kind for as long as the signal allows: lists it in pages, then
 * follows its changes, through restarts and outages. Throws a KubeStatusError
 * where asking again can not help: forbidden, or no such kind. What is yielded
 * is read no faster than it is taken. Objects come without managedFields.
 */
export async function* watchResource<T extends KubeObject>(
  transport: KubeTransport,
  resource: Resource,
  options: WatchOptions,
): AsyncGenerator<WatchMessage<T>, void, undefined> {
  const { signal, random = Math.random } = options
  const policy = { pageSize: options.pageSize ?? PAGE_SIZE, backOff: options.backOff ?? DEFAULT_BACK_OFF }
  const run = doing<T>(transport, resource, options, random)
  let state = initialState(options.resumeFrom, policy)
  try {
    while (!signal.aborted) {
      const input = await run.act(state)
      if (signal.aborted) return
      const next = step(state, input, policy)
      yield* next.emit
      state = next.state
      if (state.at === 'stopped') throw state.error
      // Rejects only when the signal aborts, and the loop's condition sees that.
      if (next.waitMs > 0) await sleep(next.waitMs, undefined, { signal }).catch(() => {})
    }
  } finally {
    run.close()
  }
}

/** Does what a state says, and reports what came of it; holds the one watch that is open. */
const doing = <T extends KubeObject>(
  transport: KubeTransport,
  resource: Resource,
  options: WatchOptions,
  random: () => number,
) => {
  const { signal, namespace, labelSelector, fieldSelector } = options
  const selection: Selection = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  }
  let stream: WatchStream<T> | null = null
  let openedAt = 0
  const lasted = () => (stream ? performance.now() - openedAt : 0)
  const close = () => {
    stream?.[Symbol.dispose]()
    stream = null
  }

  const list = async (state: Extract<WatchState, { at: 'list' }>): Promise<WatchInput<T>> => {
    const request = { ...selection, limit: state.pageSize, continue: state.continue }
    const late = `The list of ${resource.resource} did not come within ${PAGE_MS / 1000} s.`
    const page = await withinTime(PAGE_MS, late, signal, within => listPage<T>(transport, resource, request, within))
    return { type: 'page', ...page }
  }

  const check = async (resourceVersion: string): Promise<WatchInput<T>> => {
    const query = { limit: 1, resourceVersion, resourceVersionMatch: 'NotOlderThan' }
    const path = collectionPath(resource, { ...(namespace === undefined ? {} : { namespace }), query })
    const late = `The API server did not answer within ${CHECK_MS / 1000} s.`
    await withinTime(CHECK_MS, late, signal, within => getJson(transport, path, within))
    return { type: 'checked' }
  }

  const open = async (resourceVersion: string): Promise<WatchInput<T>> => {
    const timeoutSeconds = Math.ceil((options.watchSeconds ?? WATCH_SECONDS) * (1 - random() / 5))
    const path = collectionPath(resource, {
      ...(namespace === undefined ? {} : { namespace }),
      query: { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds, labelSelector, fieldSelector },
    })
    const idleMs = timeoutSeconds * 1000 + (options.idleGraceMs ?? IDLE_GRACE_MS)
    stream = await openWatch<T>(transport, path, signal, { openMs: OPEN_MS, idleMs })
    openedAt = performance.now()
    return { type: 'opened' }
  }

  const read = async (): Promise<WatchInput<T>> => {
    const got = await stream!.read()
    return got ? { type: 'events', ...got } : { type: 'ended', lastedMs: lasted(), random: random() }
  }

  return {
    close,
    async act(state: WatchState): Promise<WatchInput<T>> {
      if (state.at !== 'read') close()
      try {
        if (state.at === 'list') return await list(state)
        if (state.at === 'check') return await check(state.resourceVersion)
        return state.at === 'open' ? await open(state.resourceVersion) : await read()
      } catch (error) {
        return { type: 'failed', error: error as Error, lastedMs: lasted(), random: random() }
      }
    },
  }
}
