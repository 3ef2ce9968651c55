import type { Duplex, Readable } from 'node:stream'
import { TunnelError } from './errors.ts'
import { GatheredWrites } from './gathered.ts'
import type { OutgoingRequest } from './request-head.ts'

type OutgoingBody = NonNullable<OutgoingRequest['stream']>

/** Sends a streamed body as fast as the connection takes it. */
export class Sending {
  readonly #socket: Duplex
  readonly #gathered: GatheredWrites
  readonly #body: Readable
  readonly #length: number | null
  readonly #done: (error?: Error) => void
  #sent = 0
  #over = false

  readonly #listeners = {
    data: (piece: Buffer | string) => this.#send(piece),
    end: () => this.#end(),
    error: (error: Error) => this.#finish(error),
    close: () => this.#finish(new TunnelError('closed', 'The body of the request was given up.')),
  }

  constructor(socket: Duplex, { body, length, spend }: OutgoingBody, done: (error?: Error) => void) {
    this.#socket = socket
    this.#gathered = new GatheredWrites(socket, spend ? body : null)
    this.#body = body
    this.#length = length
    this.#done = done
    for (const [event, listener] of Object.entries(this.#listeners)) body.on(event, listener)
    if (body.destroyed || body.readableEnded) {
      const error = body.errored ?? new TunnelError('closed', 'The body of the request had been read already.')
      queueMicrotask(() => this.#finish(error))
    }
  }

  drained(): void {
    this.#body.resume()
  }

  /** Nothing more is wanted of the body. */
  stop(): void {
    if (this.#over) return
    this.#release()
    // Not destroyed: it may be what a client is still sending, on the connection that its answer goes out on.
    this.#body.on('error', () => {})
    this.#body.pause()
  }

  #send(piece: Buffer | string): void {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    if (bytes.length === 0) return
    this.#sent += bytes.length
    if (this.#length !== null && this.#sent > this.#length) {
      this.#body.destroy()
      this.#finish(
        new TunnelError('malformed', `The body has more than the ${this.#length} bytes that were announced.`),
      )
      return
    }
    let room: boolean
    if (this.#length === null) {
      this.#socket.cork()
      this.#socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1')
      this.#socket.write(bytes)
      room = this.#socket.write('\r\n', 'latin1')
      this.#socket.uncork()
    } else {
      room = this.#gathered.write(bytes)
    }
    if (!room) this.#body.pause()
  }

  #end(): void {
    if (this.#length === null) this.#socket.write('0\r\n\r\n', 'latin1')
    else if (this.#sent < this.#length) {
      const message = `The body has ${this.#sent} bytes, not the ${this.#length} that were announced.`
      this.#finish(new TunnelError('malformed', message))
      return
    }
    this.#finish()
  }

  #finish(error?: Error): void {
    if (this.#over) return
    this.#release()
    this.#done(error)
  }

  #release(): void {
    this.#over = true
    for (const [event, listener] of Object.entries(this.#listeners)) this.#body.removeListener(event, listener)
  }
}
