import { setTimeout as sleep } from 'node:timers/promises'
import { KubeStatusError } from '@moorage/kube/errors.ts'
import type { KubeObject, Resource } from '@moorage/kube/resource.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { type WatchMessage, watchResource } from '@moorage/kube/watch.ts'
import type { Batch, KindState, Sink } from './batch.ts'
import { gather } from './gather.ts'
import type { ToBatch } from './kind-batches.ts'
import { DELTA_CHANGES, DELTA_MS, FIRST_RETRY_REFUSED_MS, PAGE_OBJECTS, TROUBLES } from './limits.ts'
import type { Slots } from './slots.ts'

type Message = WatchMessage<KubeObject>

/** One kind to follow, and how. */
export interface Following {
  transport: KubeTransport
  resource: Resource & { pageSize?: number }
  toBatch: ToBatch
  sink: Sink
  resumeFrom: string | null
  /** Bounds how many kinds are listed at a time. */
  lists: Slots
  retryRefusedMs: number
  signal: AbortSignal
}

/** Neighbouring changes become one message; bookmarks move its version on. */
const gathering = {
  size: (message: Message) => (message.type === 'changes' ? message.changes.length : 0),
  merge: (held: Message, next: Message): Message | null => {
    if (held.type !== 'changes') return null
    if (next.type === 'bookmark') return { ...held, resourceVersion: next.resourceVersion }
    if (next.type !== 'changes') return null
    return { ...next, changes: [...held.changes, ...next.changes] }
  },
}

/** The state that was last told, by a batch of its own or by one that implies it. */
interface Said {
  state: KindState
  message: string | null
}

type Tell = (state: KindState, message?: string | null) => Promise<void>

/** What a batch says by itself: a sink that stores it knows how the kind stands. */
const impliedBy = (batch: Batch): Said | null => {
  if (batch.type === 'list-start') return { state: 'listing', message: null }
  if (batch.type === 'state') return { state: batch.state, message: batch.message }
  return 'resourceVersion' in batch && batch.resourceVersion !== null ? { state: 'watching', message: null } : null
}

/** Why a kind can not be read, as a state. */
function refusal(error: unknown): { state: KindState; message: string } {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof KubeStatusError)) return { state: 'failed', message }
  if (error.status === 403) return { state: 'forbidden', message }
  return { state: error.status === 404 || error.status === 405 ? 'absent' : 'failed', message }
}

/**
 * Follows one kind until the signal aborts: passes batches to the sink, and
 * says as `state` what can not be read, which is tried again now and then.
 */
export async function follow(following: Following): Promise<void> {
  const { resource, sink, signal } = following
  let resumeFrom = following.resumeFrom
  const said: Said = { state: 'pending', message: null }
  const tell: Tell = async (state, message = null) => {
    if (said.state === state && said.message === message) return
    await sink({ type: 'state', kind: resource.kind, state, message })
    Object.assign(said, { state, message })
  }
  let refused = 0
  const progress: Progress = {
    opened: () => {
      refused = 0
    },
    stored: version => {
      resumeFrom = version
    },
  }
  while (!signal.aborted) {
    try {
      await attempt(following, resumeFrom, said, tell, progress)
    } catch (error) {
      if (signal.aborted) return
      refused += 1
      const { state, message } = refusal(error)
      // What could be read before may be refused for a moment.
      const mayBeMoment = refused === 1 && resumeFrom !== null && state !== 'failed'
      // Where even that can not be stored, the next attempt will say it.
      if (!mayBeMoment) await tell(state, message).catch(() => {})
      const pause = Math.min(following.retryRefusedMs, FIRST_RETRY_REFUSED_MS * 2 ** Math.min(refused - 1, 30))
      await sleep(pause, undefined, { signal }).catch(() => {})
    }
  }
}

interface Progress {
  /** It is read, so it is not refused. */
  opened(): void
  /** The version that the store has come to, null when a list begins. */
  stored(version: string | null): void
}

/** One watch, until it throws. */
async function attempt(
  { transport, resource, toBatch, sink, lists, signal }: Following,
  resumeFrom: string | null,
  said: Said,
  tell: Tell,
  progress: Progress,
): Promise<void> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  let listing = false
  let troubles = 0
  const startListing = async () => {
    if (!listing) await lists.take(either)
    listing = true
  }
  const endListing = () => {
    if (listing) lists.release()
    listing = false
  }
  const handle = async (message: Message) => {
    if (message.type === 'restarted' || message.type === 'page') await startListing()
    else endListing()
    troubles = message.type === 'trouble' ? troubles + 1 : 0
    if (message.type === 'trouble' && troubles >= TROUBLES) await tell('failed', message.error.message)
    if (message.type === 'opened' || message.type === 'page') progress.opened()
    if (message.type === 'opened') await tell('watching')
    if (message.type === 'page' && said.state === 'failed') await tell('listing')
    const batch = toBatch(message)
    if (batch === null) return
    await sink(batch)
    Object.assign(said, impliedBy(batch))
    if (message.type === 'restarted') progress.stored(null)
    else if ('resourceVersion' in message) progress.stored(message.resourceVersion)
  }
  try {
    if (resumeFrom === null) await startListing()
    const options = { signal: either, resumeFrom, pageSize: resource.pageSize ?? PAGE_OBJECTS }
    const messages = watchResource<KubeObject>(transport, resource, options)
    for await (const message of gather(messages, { size: DELTA_CHANGES, ms: DELTA_MS }, gathering)) {
      try {
        await handle(message)
      } catch (error) {
        // Leaving the loop waits for the watch to end, and what that waits for may be far away.
        stop.abort()
        throw error
      }
    }
  } finally {
    stop.abort()
    endListing()
  }
}
