import { TunnelError } from './errors.ts'
import { malformed } from './fields.ts'
import { HEAD_BYTES } from './limits.ts'

const CR = 0x0d
const LF = 0x0a
const EMPTY = Buffer.alloc(0)
const END = Buffer.from('\r\n\r\n')

/** Finds where a head ends in what a connection brings, however it is cut into pieces. */
export class HeadReader {
  /** How many empty lines came between heads. */
  emptyLines = 0
  #held = EMPTY
  #length = 0

  /** Whether a part of a head is waiting for the rest. */
  get began(): boolean {
    return this.#length > 0
  }

  /** The next head with its empty line, and what came after it; null while it is not whole. Throws `TunnelError`. */
  push(chunk: Buffer): { head: Buffer; rest: Buffer } | null {
    const before = this.#length
    const bytes = before === 0 ? chunk : this.#hold(chunk)
    let start = 0
    while (bytes[start] === CR && bytes[start + 1] === LF) {
      start += 2
      this.emptyLines += 1
    }
    const end = bytes.indexOf(END, Math.max(start, before - 3))
    if (end < 0) {
      const open = bytes.subarray(start)
      if (open.length >= HEAD_BYTES) throw tooLarge()
      refuseBareLines(open, Math.max(0, before - start - 1))
      if (before === 0 || start > 0) this.#keep(open)
      return null
    }
    if (end + END.length - start > HEAD_BYTES) throw tooLarge()
    this.#length = 0
    this.#held = EMPTY
    return { head: bytes.subarray(start, end + END.length), rest: bytes.subarray(end + END.length) }
  }

  /** What was held and the chunk; grows by doubling, so that many small pieces are not copied again and again. */
  #hold(chunk: Buffer): Buffer {
    const length = this.#length + chunk.length
    if (length > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#held.length))
      this.#held.copy(grown, 0, 0, this.#length)
      this.#held = grown
    }
    chunk.copy(this.#held, this.#length)
    this.#length = length
    return this.#held.subarray(0, length)
  }

  #keep(open: Buffer): void {
    const copy = Buffer.from(open)
    this.#held = copy
    this.#length = copy.length
  }
}

const tooLarge = () => new TunnelError('too-large', `A head has more than ${HEAD_BYTES} bytes.`)

/** A line that ends with LF alone would never end the head: said at once. */
const refuseBareLines = (bytes: Buffer, from: number) => {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at - 1] !== CR) throw malformed('A line of the head ends without a carriage return.')
  }
}
