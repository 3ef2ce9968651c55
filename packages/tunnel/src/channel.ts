import type { Duplex } from 'node:stream'
import { TunnelError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { handOver } from './hand-over.ts'

const EMPTY = Buffer.alloc(0)
const EMPTY_LINE = Buffer.from('\r\n')

/** Told by a channel about itself. */
export interface ChannelOwner {
  /** It can carry the next request. */
  released(channel: Channel): void
  /** It has ended, or was given away. */
  gone(channel: Channel): void
}

/** The hub's end of one tunnel connection: at most one exchange at a time. Listens once, not once per request. */
export class Channel {
  readonly socket: Duplex
  /** When it was last released, and last written to. */
  idleSince: number
  writtenAt: number
  /** Whether the agent was told, by an empty line, that it is idle. */
  told = true
  /** Whether it has carried a request, or was given away. */
  used = false
  #owner: ChannelOwner
  #exchange: Exchange | null = null
  #open = true

  readonly #listeners = {
    data: (chunk: Buffer) => this.#onData(chunk),
    drain: () => this.#exchange?.drained(),
    end: () => this.#onEnd(),
    error: (error: Error) => this.#end(error),
    close: () => this.#end(undefined),
  }

  constructor(socket: Duplex, owner: ChannelOwner, now: number) {
    this.socket = socket
    this.#owner = owner
    this.idleSince = now
    this.writtenAt = now
    for (const [event, listener] of Object.entries(this.#listeners)) socket.on(event, listener)
    if (socket.destroyed) queueMicrotask(() => this.#end(undefined))
  }

  get open(): boolean {
    return this.#open && !this.socket.destroyed
  }

  begin(exchange: Exchange): void {
    this.#exchange = exchange
    this.used = true
    this.told = false
    exchange.begin(this)
  }

  /** The exchange is over; `reusable` says whether both sides know where it ended. */
  finish(reusable: boolean): void {
    this.#exchange = null
    if (!this.#open) return
    if (this.socket.isPaused()) this.socket.resume()
    if (reusable) this.#owner.released(this)
    else this.socket.destroy()
  }

  /** Tells the agent that the connection is idle, and whoever is between that it is in use. */
  emptyLine(now: number): void {
    this.told = true
    this.writtenAt = now
    this.socket.write(EMPTY_LINE)
  }

  /** Gives the connection away, with bytes that have been read already. */
  release(rest: Buffer = EMPTY): Duplex {
    this.#open = false
    this.used = true
    this.#exchange = null
    const socket = handOver(this.socket, this.#listeners, rest)
    this.#owner.gone(this)
    return socket
  }

  #onData(chunk: Buffer): void {
    if (this.#exchange) this.#exchange.take(chunk)
    else this.socket.destroy(new TunnelError('malformed', 'The agent spoke unasked.'))
  }

  #onEnd(): void {
    this.#exchange?.ended()
    this.socket.destroy()
  }

  #end(cause: unknown): void {
    if (!this.#open) return
    this.#open = false
    const exchange = this.#exchange
    this.#exchange = null
    this.#owner.gone(this)
    exchange?.brokeOff(cause)
  }
}
