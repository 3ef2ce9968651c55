import { TunnelError } from './errors.ts'
import { malformed, parseFields } from './fields.ts'
import { CHUNK_LINE_BYTES, HEAD_BYTES } from './limits.ts'

const LF = 0x0a

/** What must come next. */
type Expecting = 'size' | 'data' | 'end of data' | 'trailers' | 'nothing'

/** Reads a chunked body, however it is cut into pieces. Extensions are refused: nobody needs them, and readers differ about them. */
export class ChunkedReader {
  readonly trailers: Record<string, string> = Object.create(null)
  #expecting: Expecting = 'size'
  #left = 0
  #line = ''
  #trailerLines: string[] = []
  #trailerBytes = 0

  /** Whether the body has ended. */
  get done(): boolean {
    return this.#expecting === 'nothing'
  }

  /** Takes what belongs to the body and returns how many bytes that were. Throws `TunnelError`. */
  push(bytes: Buffer, data: (piece: Buffer) => void): number {
    let at = 0
    while (at < bytes.length && this.#expecting !== 'nothing') {
      if (this.#expecting === 'data') {
        const end = Math.min(bytes.length, at + this.#left)
        data(bytes.subarray(at, end))
        this.#left -= end - at
        at = end
        if (this.#left === 0) this.#expecting = 'end of data'
      } else {
        at = this.#takeLine(bytes, at)
      }
    }
    return at
  }

  #takeLine(bytes: Buffer, at: number): number {
    const lineFeed = bytes.indexOf(LF, at)
    const end = lineFeed < 0 ? bytes.length : lineFeed + 1
    const limit = this.#expecting === 'trailers' ? HEAD_BYTES - this.#trailerBytes : CHUNK_LINE_BYTES
    if (this.#line.length + end - at > limit)
      throw new TunnelError('too-large', 'A line of a chunked body is too long.')
    this.#line += bytes.toString('latin1', at, end)
    if (lineFeed >= 0) {
      if (!this.#line.endsWith('\r\n')) throw malformed('A line of a chunked body ends without a carriage return.')
      const line = this.#line.slice(0, -2)
      this.#line = ''
      this.#read(line)
    }
    return end
  }

  #read(line: string): void {
    switch (this.#expecting) {
      case 'size':
        // 12 hexadecimal digits are more than any body has and fit into a number.
        if (!/^[0-9A-Fa-f]{1,12}$/.test(line)) throw malformed('A chunk does not begin with its size.')
        this.#left = Number.parseInt(line, 16)
        this.#expecting = this.#left === 0 ? 'trailers' : 'data'
        return
      case 'end of data':
        if (line !== '') throw malformed('A chunk is longer than its size.')
        this.#expecting = 'size'
        return
      case 'trailers':
        if (line === '') {
          this.#end()
          return
        }
        this.#trailerBytes += line.length + 2
        this.#trailerLines.push(line)
    }
  }

  #end(): void {
    for (const [name, value] of parseFields(this.#trailerLines, 0)) this.trailers[name] = value
    this.#expecting = 'nothing'
  }
}
