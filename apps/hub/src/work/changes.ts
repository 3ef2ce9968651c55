import { Change } from '@moorage/contract/hub.ts'
import type { Store } from '../store/store.ts'
import { anything, ChangeBuffer } from './change-buffer.ts'

const CHANNEL = 'moorage_changes'
/** Changes of one cluster within this time become one of each type. Short enough to feel live. */
const COALESCE_MS = 250

/** Tells everyone, on every replica, that something changed. What changed is read from the store. */
export interface Changes extends AsyncDisposable {
  publish(change: Change): void
  /** Changes from now on, until `signal` or the bus ends. A slow reader gets fewer, merged changes; it never gets none. */
  subscribe(signal: AbortSignal): AsyncIterable<Change>
}

export interface ChangesDeps {
  store: Pick<Store, 'notify' | 'listen'>
  now: () => Date
  warn: (message: string, error: unknown) => void
}

export async function startChanges({ store, now, warn }: ChangesDeps): Promise<Changes> {
  const outgoing = new ChangeBuffer()
  const readers = new Set<Reader>()
  let timer: NodeJS.Timeout | undefined
  let sending = Promise.resolve()

  const send = async () => {
    for (const change of outgoing.take()) {
      try {
        await store.notify(CHANNEL, JSON.stringify(change))
      } catch (error) {
        warn('A change could not be announced.', error)
      }
    }
  }
  const flush = () => {
    timer = undefined
    sending = sending.then(send)
  }
  const heard = (payload: string) => {
    // An empty payload follows a lost connection: changes may have been missed.
    const change = payload === '' ? anything(now().toISOString()) : parse(payload)
    if (change) for (const reader of readers) reader.push(change)
  }
  const listening = await store.listen(CHANNEL, heard)

  return {
    publish: change => {
      outgoing.add(change)
      timer ??= setTimeout(flush, COALESCE_MS)
    },
    subscribe: signal => {
      const reader = new Reader()
      readers.add(reader)
      const end = () => {
        readers.delete(reader)
        reader.end()
      }
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
      return reader.changes(() => {
        signal.removeEventListener('abort', end)
        end()
      })
    },
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer)
      flush()
      await sending
      await listening[Symbol.asyncDispose]()
      for (const reader of readers) reader.end()
      readers.clear()
    },
  }
}

/** Another release's replica may send what this one does not know. */
function parse(payload: string): Change | null {
  try {
    return Change.safeParse(JSON.parse(payload)).data ?? null
  } catch {
    return null
  }
}

/** One subscriber: holds at most one change of each type and cluster, so a slow one costs no more than a fast one. */
class Reader {
  readonly #buffer = new ChangeBuffer()
  #ended = false
  #wake = () => {}

  push(change: Change): void {
    this.#buffer.add(change)
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  async *changes(done: () => void): AsyncGenerator<Change, void, undefined> {
    try {
      while (true) {
        yield* this.#buffer.drain()
        if (this.#ended) return
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      }
    } finally {
      done()
    }
  }
}
