import { AnswerError } from './errors.ts'

const NEWLINE = 0x0a

/** Cuts a stream of bytes into lines, each at most `limit` bytes, however the bytes come in. Empty lines are left out. */
export interface LineSplitter {
  /** The lines that these bytes complete, without their ends. Throws AnswerError where a line grows over the limit. */
  push(chunk: Uint8Array): Uint8Array[]
  /** Bytes of a line that has not ended yet. */
  readonly pending: number
}

export const lineSplitter = (limit: number): LineSplitter => {
  let parts: Uint8Array[] = []
  let size = 0

  const grow = (part: Uint8Array) => {
    size += part.length
    if (size > limit) throw new AnswerError('too_large', `A line of the watch is longer than ${limit} bytes.`)
    if (part.length > 0) parts.push(part)
  }

  const take = (): Uint8Array => {
    const line = parts.length === 1 ? parts[0]! : Buffer.concat(parts, size)
    parts = []
    size = 0
    return line
  }

  return {
    push(chunk) {
      const lines: Uint8Array[] = []
      let start = 0
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        grow(chunk.subarray(start, end))
        if (size > 0) lines.push(take())
        start = end + 1
      }
      grow(chunk.subarray(start))
      return lines
    },
    get pending() {
      return size
    },
  }
}
