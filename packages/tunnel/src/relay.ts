import type { Duplex } from 'node:stream'
import { fieldLine, isAboutTheHop } from './fields.ts'
import { GatheredWrites } from './gathered.ts'
import type { Framing, RequestHead } from './head.ts'
import { type BodyReader, bodyReader } from './incoming-body.ts'

/** A request's head as it is sent on, framed as it came. Throws `TunnelError` where a field can not be sent. */
export const relayedHead = (request: RequestHead, fields: readonly (readonly [string, string])[]): string => {
  let text = `${request.method} ${request.target} HTTP/1.1\r\n`
  for (const [name, value] of fields) {
    if (name === 'expect' || !isAboutTheHop(name.toLowerCase())) text += fieldLine(name, value)
  }
  if (request.framing.kind === 'length') text += `content-length: ${request.framing.bytes}\r\n`
  if (request.framing.kind === 'chunked') text += 'transfer-encoding: chunked\r\n'
  if (request.upgrade !== null) {
    // In the peer's spelling: SPDY/3.1 is compared literally by some servers.
    const asked = request.headers.find(([name]) => name === 'upgrade')?.[1] ?? request.upgrade
    text += `connection: Upgrade\r\nupgrade: ${asked}\r\n`
  } else if (request.last) {
    text += 'connection: close\r\n'
  }
  return `${text}\r\n`
}

/**
 * Passes a body on as it comes. Chunks stay as they are, but where they end is
 * followed: nothing behind them goes past the guard.
 */
export const relayBody = (
  framing: Framing,
  writes: GatheredWrites,
  full: () => void,
): { reader: BodyReader; piece(piece: Buffer): void } => {
  const reader = bodyReader(framing)
  const send = (piece: Buffer) => {
    if (!writes.write(piece)) full()
  }
  if (framing.kind !== 'chunked') return { reader, piece: send }
  const asTheyCame: BodyReader = {
    get done() {
      return reader.done
    },
    push: bytes => {
      const taken = reader.push(bytes, () => {})
      if (taken > 0) send(bytes.subarray(0, taken))
      return taken
    },
  }
  return { reader: asTheyCame, piece: () => {} }
}

export interface UpstreamEvents {
  /** `answers` lead back to the tunnel connection. */
  data(chunk: Buffer, answers: GatheredWrites): void
  drain(): void
  /** `clean`: the server said that it has finished. */
  ended(clean: boolean): void
}

/** The connection to the server behind that belongs to one tunnel connection. */
export class Upstream {
  readonly socket: Duplex
  /** What the tunnel connection brings goes through these. */
  readonly writes: GatheredWrites
  readonly #answers: GatheredWrites
  #events: UpstreamEvents | null

  readonly #listeners = {
    data: (chunk: Buffer) => this.#events?.data(chunk, this.#answers),
    drain: () => this.#events?.drain(),
    end: () => this.#end(true),
    error: () => this.#end(false),
    close: () => this.#end(false),
  }

  constructor(socket: Duplex, connection: Duplex, events: UpstreamEvents) {
    this.socket = socket
    this.writes = new GatheredWrites(socket, connection)
    this.#answers = new GatheredWrites(connection, socket)
    this.#events = events
    for (const [event, listener] of Object.entries(this.#listeners)) socket.on(event, listener)
  }

  get usable(): boolean {
    return this.#events !== null && this.socket.writable && this.socket.readable
  }

  /** Nothing is told any more. */
  destroy(): void {
    this.#events = null
    this.socket.destroy()
  }

  #end(clean: boolean): void {
    const events = this.#events
    this.#events = null
    events?.ended(clean)
    this.socket.destroy()
  }
}
