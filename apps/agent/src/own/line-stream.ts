import { Readable } from 'node:stream'
import { STREAM_BYTES } from '../limits.ts'

/** Lines of JSON that are written no faster than they are read. */
export interface LineStream {
  readonly readable: Readable
  /** Resolves once there is room again: nothing is turned into text before that. Rejects when the reader has gone. */
  write(value: unknown): Promise<void>
  /** An empty line, where nothing waits to be read. */
  beat(): void
  end(): void
}

export function lineStream(): LineStream {
  let room = true
  let gone = false
  const waiting: { resolve(): void; reject(error: Error): void }[] = []
  const readable = new Readable({
    highWaterMark: STREAM_BYTES,
    read() {
      room = true
      // Each that goes on takes the room away again, and the others wait on.
      waiting.shift()?.resolve()
    },
    destroy(error, done) {
      gone = true
      for (const { reject } of waiting.splice(0)) reject(left())
      done(error)
    },
  })
  // Its end is seen by whoever writes.
  readable.on('error', () => {})

  const left = () => new Error('The hub has gone away.')

  function push(text: string): void {
    room = readable.push(text)
    // A batch may leave room for the next one.
    if (room) waiting.shift()?.resolve()
  }

  return {
    readable,
    async write(value) {
      if (gone) throw left()
      if (!room || waiting.length > 0) {
        await new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }))
      }
      if (gone) throw left()
      push(`${JSON.stringify(value)}\n`)
    },
    beat() {
      if (!gone && room && waiting.length === 0) push('\n')
    },
    end() {
      if (!gone) readable.push(null)
    },
  }
}
