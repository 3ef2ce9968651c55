import { Readable } from 'node:stream'
import { ChunkedReader } from './chunked.ts'
import { TunnelError } from './errors.ts'
import { BODY_WAITING_BYTES } from './limits.ts'

/** Finds the end of one body in what a connection brings. */
export interface BodyReader {
  readonly done: boolean
  /** Takes what belongs to the body and returns how many bytes that were. */
  push(bytes: Buffer, data: (piece: Buffer) => void): number
}

/** A body of known length. */
export class LengthReader implements BodyReader {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  get done(): boolean {
    return this.#left === 0
  }

  push(bytes: Buffer, data: (piece: Buffer) => void): number {
    const taken = Math.min(this.#left, bytes.length)
    if (taken === 0) return 0
    this.#left -= taken
    data(taken === bytes.length ? bytes : bytes.subarray(0, taken))
    return taken
  }
}

/** A body that ends with its connection. */
class UntilCloseReader implements BodyReader {
  readonly done = false

  push(bytes: Buffer, data: (piece: Buffer) => void): number {
    data(bytes)
    return bytes.length
  }
}

export const bodyReader = (framing: { kind: 'length'; bytes: number } | { kind: 'chunked' | 'close' | 'none' }) => {
  switch (framing.kind) {
    case 'none':
      return new LengthReader(0)
    case 'length':
      return new LengthReader(framing.bytes)
    case 'chunked':
      return new ChunkedReader()
    case 'close':
      return new UntilCloseReader()
  }
}

/** A body as its reader gets it; the connection behind is paused while it reads slowly. */
export class IncomingBody extends Readable {
  /** Its pieces are as a socket gave them. */
  readonly fromSocket: boolean
  #wanted: () => void
  #givenUp: () => void
  #whole = false

  constructor(wanted: () => void, givenUp: () => void, fromSocket = false) {
    super({ highWaterMark: BODY_WAITING_BYTES })
    this.fromSocket = fromSocket
    this.#wanted = wanted
    this.#givenUp = givenUp
    // A body that nobody reads may fail without bringing the process down; whoever reads it sees the error.
    this.on('error', () => {})
  }

  /** The body has ended as it should. */
  finish(): void {
    this.#whole = true
    this.push(null)
  }

  /** The connection ended first. */
  breakOff(cause?: unknown): void {
    if (this.#whole || this.destroyed) return
    this.#whole = true
    this.destroy(
      cause instanceof TunnelError
        ? cause
        : new TunnelError('closed', 'The connection ended before the body did.', { cause }),
    )
  }

  override _read(): void {
    this.#wanted()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#whole) this.#givenUp()
    // Who was just given the body has not had a turn yet to listen for errors.
    if (error) setImmediate(done, error)
    else done()
  }
}
