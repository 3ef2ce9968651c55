import type { Readable } from 'node:stream'
import { bodyFailure } from './client.ts'
import { TransportError } from './errors.ts'
import { REFUSAL_BYTES, WATCH_LINE_BYTES } from './limits.ts'
import { lineSplitter } from './line-splitter.ts'
import { readBounded } from './read-body.ts'
import type { KubeObject } from './resource.ts'
import { statusError } from './status.ts'
import type { KubeTransport } from './transport.ts'
import { type Change, parseWatchLine } from './watch-events.ts'
import { guarded } from './within.ts'

/** What one read brought; null when the server has ended the watch. */
export interface Read<T> {
  changes: Change<T>[]
  bookmark: string | null
}

/** An open watch. Nothing is read from the connection but by `read`: a slow caller slows the server. */
export interface WatchStream<T> extends Disposable {
  read(): Promise<Read<T> | null>
}

const bodyOf = async (transport: KubeTransport, path: string, signal: AbortSignal): Promise<Readable> => {
  const answer = await transport.request({ method: 'GET', path, headers: { accept: 'application/json' } }, signal)
  // Its errors reach whoever reads; without a listener, one that comes between two reads would end the process.
  answer.body.on('error', () => {})
  if (answer.status === 200) return answer.body
  const bytes = await readBounded(answer.body, REFUSAL_BYTES)
  throw statusError(answer.status, answer.headers, bytes)
}

/** Opens a watch. `idleMs` bounds the wait for the answer's head and the silence between two reads. */
export const openWatch = async <T extends KubeObject>(
  transport: KubeTransport,
  path: string,
  signal: AbortSignal,
  limits: { openMs: number; idleMs: number },
): Promise<WatchStream<T>> => {
  const guard = guarded(signal)
  let body: Readable
  try {
    const message = `The watch was not answered within ${limits.openMs / 1000} s.`
    body = await guard.within(limits.openMs, message, () => bodyOf(transport, path, guard.signal))
  } catch (error) {
    guard.end()
    throw error
  }
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  const lines = lineSplitter(WATCH_LINE_BYTES)
  const silence = `The watch was silent for ${limits.idleMs / 1000} s.`
  let held: Error | null = null

  const decode = (chunk: Uint8Array): Read<T> => {
    const read: Read<T> = { changes: [], bookmark: null }
    try {
      for (const line of lines.push(chunk)) {
        const event = parseWatchLine<T>(line)
        if (event === null) continue
        if (event.type === 'ERROR') throw event.error
        if (event.type === 'BOOKMARK') {
          read.bookmark = event.resourceVersion
          continue
        }
        // A bookmark before a change says nothing that the change does not.
        read.bookmark = null
        read.changes.push(event)
      }
    } catch (error) {
      // What came before it is told first.
      held = error as Error
    }
    return read
  }

  return {
    async read() {
      if (held) throw held
      let next: IteratorResult<Uint8Array>
      try {
        next = await guard.within(limits.idleMs, silence, () => chunks.next())
      } catch (error) {
        throw bodyFailure(error, guard.signal)
      }
      if (!next.done) return decode(next.value)
      if (lines.pending === 0) return null
      throw new TransportError('reset', 'The watch ended within a line.')
    },
    [Symbol.dispose]() {
      guard.end()
      body.destroy()
    },
  }
}
