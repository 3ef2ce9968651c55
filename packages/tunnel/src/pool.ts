import type { Duplex } from 'node:stream'
import { Channel } from './channel.ts'
import { type Clock, systemClock } from './clock.ts'
import { TunnelError } from './errors.ts'
import { Exchange, type TunnelResponse, type Upgraded } from './exchange.ts'
import * as limits from './limits.ts'
import { type OutgoingRequest, outgoing, type TunnelRequest } from './request-head.ts'
import { closed, gaveUp, moved, WaitingLine } from './waiting-line.ts'

export type { TunnelResponse } from './exchange.ts'
export type { TunnelRequest } from './request-head.ts'

export interface PoolOptions {
  /** Asks the agent for this many connections more; called once for a burst, and again when none comes. */
  want(connections: number): void
  /** Told of each connection that ended, or was given away, in carrying a request or after that: the agent dials another one in its place. */
  usedUp?(): void
  /** Idle connections that are kept for ever. */
  spares?: number
  /** ms; idle connections above the spares are closed after this long. */
  idleCloseMs?: number
  /** ms between empty lines on idle connections. */
  keepAliveMs?: number
  /** Requests that may wait for a connection. */
  maxWaiting?: number
  /** ms; how long each may wait. */
  waitMs?: number
  /** Connections, upgraded ones included. */
  maxConnections?: number
  clock?: Clock
}

/** The connections that one agent process dialled; here the client's end of each. */
export interface Pool extends AsyncDisposable {
  /** False when it was not taken in (full, or closed): the caller ends the connection. */
  add(connection: Duplex): boolean
  /**
   * Sends a request on an idle connection, waiting for one if need be. GET, HEAD and OPTIONS without a body
   * are sent once more, on another connection, when the first ended before any byte of an answer.
   * Rejects with a `TunnelError`, or the signal's reason. The signal also ends the answer's body.
   */
  request(request: TunnelRequest, signal: AbortSignal): Promise<TunnelResponse>
  /** Rejects with `UpgradeRefused` when the answer is not a 101. */
  upgrade(request: TunnelRequest, signal: AbortSignal): Promise<Upgraded>
  /** Gives an idle connection away, as after the tunnel's own 101: it leaves the pool. */
  take(signal: AbortSignal): Promise<Duplex>
  /** Begins nothing more: what waits is rejected with 'moved', connections end when idle. Resolves when none is left but `except`. */
  retire(except?: Duplex): Promise<void>
  stats(): { idle: number; busy: number; waiting: number }
  /** Connections that it takes in, upgraded ones included. */
  most: number
}

/** Disposing it destroys all connections; what is under way fails with 'closed'. */
export const openPool = (options: PoolOptions): Pool => new OpenPool(options)

class OpenPool implements Pool {
  readonly #want: (connections: number) => void
  readonly #usedUp: () => void
  readonly #spares: number
  readonly #idleCloseMs: number
  readonly #keepAliveMs: number
  readonly #maxWaiting: number
  most: number
  readonly #clock: Clock
  /** The most recently used is last and goes first, so that the others may fall out of use. */
  readonly #idle: Channel[] = []
  readonly #channels = new Set<Channel>()
  readonly #upgraded = new Set<Duplex>()
  readonly #waiting: WaitingLine
  /** Connections asked for that have not come yet, and when that was or one last came. */
  #asked = 0
  #askedAt = 0
  #asking = false
  #sweeping: (() => void) | null = null
  #closed = false
  #retired: { except: Duplex | undefined; empty: PromiseWithResolvers<void> } | null = null

  constructor(options: PoolOptions) {
    this.#want = options.want
    this.#usedUp = options.usedUp ?? (() => {})
    this.#spares = options.spares ?? limits.SPARES
    this.#idleCloseMs = options.idleCloseMs ?? limits.IDLE_CLOSE_MS
    this.#keepAliveMs = options.keepAliveMs ?? limits.KEEP_ALIVE_MS
    this.#maxWaiting = options.maxWaiting ?? limits.MAX_WAITING
    this.most = options.maxConnections ?? limits.MAX_CONNECTIONS
    this.#clock = options.clock ?? systemClock
    this.#waiting = new WaitingLine(options.waitMs ?? limits.WAIT_MS, this.#clock)
  }

  add(connection: Duplex): boolean {
    if (this.#closed || this.#retired || connection.destroyed || this.#size >= this.most) return false
    const channel = new Channel(connection, this, this.#clock.now())
    this.#channels.add(channel)
    if (this.#asked > 0) this.#asked -= 1
    this.#askedAt = this.#clock.now() // they come: asking again would have the agent dial each of them twice
    this.#offer(channel)
    this.#sweepLater()
    return true
  }

  async request(request: TunnelRequest, signal: AbortSignal): Promise<TunnelResponse> {
    const ready = outgoing(request, false)
    const first = await this.#send(request.method, ready, signal)
    if (first !== 'stale') return first
    const second = await this.#send(request.method, { ...ready, repeatable: false }, signal)
    if (second === 'stale') throw closed()
    return second
  }

  async upgrade(request: TunnelRequest, signal: AbortSignal): Promise<Upgraded> {
    const ready = outgoing(request, true)
    return new Promise((resolve, reject) => {
      const onAbort = () => exchange.abort(gaveUp(signal))
      const exchange = new Exchange(ready, request.method, true, {
        answered: () => {},
        upgraded: upgraded => {
          this.#keep(upgraded.socket)
          resolve(upgraded)
        },
        failed: reject,
        over: () => signal.removeEventListener('abort', onAbort),
      })
      const begin = (channel: Channel) => {
        signal.addEventListener('abort', onAbort, { once: true })
        channel.begin(exchange)
      }
      this.#acquire(signal, begin, reject)
    })
  }

  take(signal: AbortSignal): Promise<Duplex> {
    return new Promise((resolve, reject) => this.#acquire(signal, channel => resolve(channel.release()), reject))
  }

  retire(except?: Duplex): Promise<void> {
    if (this.#retired) return this.#retired.empty.promise
    this.#retired = { except, empty: Promise.withResolvers<void>() }
    this.#waiting.dissolve(moved())
    for (const channel of this.#idle.splice(0)) this.#retire(channel)
    this.#lookIfEmpty()
    return this.#retired.empty.promise
  }

  stats() {
    return { idle: this.#idle.length, busy: this.#size - this.#idle.length, waiting: this.#waiting.size }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#sweeping?.()
    this.#sweeping = null
    this.#waiting.dissolve(closed())
    this.#retired?.empty.resolve()
    const sockets = [...this.#channels].map(channel => channel.socket).concat([...this.#upgraded])
    await Promise.all(
      sockets.map(socket => {
        if (socket.closed) return undefined
        const { promise, resolve } = Promise.withResolvers<void>()
        socket.once('close', resolve)
        socket.destroy()
        return promise
      }),
    )
  }

  /** By a channel. */
  released(channel: Channel): void {
    const now = this.#clock.now()
    channel.idleSince = now
    channel.writtenAt = now
    if (this.#retired) this.#retire(channel)
    else this.#offer(channel)
  }

  /** By a channel. */
  gone(channel: Channel): void {
    this.#channels.delete(channel)
    if (channel.used) this.#usedUp()
    const at = this.#idle.indexOf(channel)
    if (at >= 0) this.#idle.splice(at, 1)
    if (this.#waiting.size > 0) this.#ask()
    this.#lookIfEmpty()
  }

  #lookIfEmpty(): void {
    if (this.#retired === null || this.#channels.size > 0) return
    const { except, empty } = this.#retired
    if ([...this.#upgraded].every(socket => socket === except)) empty.resolve()
  }

  get #size(): number {
    return this.#channels.size + this.#upgraded.size
  }

  #keep(socket: Duplex): void {
    this.#upgraded.add(socket)
    socket.once('close', () => this.#upgraded.delete(socket) && this.#lookIfEmpty())
  }

  #send(method: string, request: OutgoingRequest, signal: AbortSignal): Promise<TunnelResponse | 'stale'> {
    return new Promise((resolve, reject) => {
      const onAbort = () => exchange.abort(gaveUp(signal))
      const exchange = new Exchange(request, method, false, {
        answered: resolve,
        upgraded: () => {},
        failed: (error, untouched) => (untouched && request.repeatable ? resolve('stale') : reject(error)),
        over: () => signal.removeEventListener('abort', onAbort),
      })
      const begin = (channel: Channel) => {
        signal.addEventListener('abort', onAbort, { once: true })
        channel.begin(exchange)
      }
      this.#acquire(signal, begin, reject)
    })
  }

  #pop(): Channel | undefined {
    let channel = this.#idle.pop()
    while (channel && !channel.open) channel = this.#idle.pop()
    return channel
  }

  /** Calls back in the same turn in which the connection came free: in between it could end, or the signal fire. */
  #acquire(signal: AbortSignal, begin: (channel: Channel) => void, reject: (error: unknown) => void): void {
    const refusal = this.#refusal(signal)
    if (refusal) return void reject(refusal)
    const channel = this.#pop()
    if (channel) {
      begin(channel)
      return
    }
    if (this.#waiting.size >= this.#maxWaiting) {
      const message = `${this.#maxWaiting} requests wait for a connection through this tunnel already.`
      reject(new TunnelError('no-connection', message))
      return
    }
    this.#waiting.join(signal, begin, reject)
    this.#ask()
    this.#sweepLater()
  }

  #refusal(signal: AbortSignal): Error | null {
    if (signal.aborted) return gaveUp(signal)
    return this.#closed ? closed() : this.#retired && moved()
  }

  #offer(channel: Channel): void {
    if (!channel.open) return
    if (!this.#waiting.serve(channel)) this.#idle.push(channel)
  }

  /** Asks once for all that begin to wait in the same turn. */
  #ask(): void {
    if (this.#asking) return
    this.#asking = true
    setImmediate(() => {
      this.#asking = false
      const room = this.most - this.#size
      const more = Math.min(this.#waiting.size, room) - this.#asked
      if (this.#closed || more <= 0) return
      this.#asked += more
      this.#askedAt = this.#clock.now()
      this.#want(more)
    })
  }

  #sweepLater(): void {
    if (this.#closed || this.#sweeping) return
    this.#sweeping = this.#clock.after(limits.SWEEP_MS, () => {
      this.#sweeping = null
      this.#sweep(this.#clock.now())
      if (this.#channels.size > 0 || this.#waiting.size > 0) this.#sweepLater()
    })
  }

  #sweep(now: number): void {
    this.#waiting.expire()
    if (this.#waiting.size > 0 && now - this.#askedAt >= limits.ASK_AGAIN_MS) {
      this.#asked = 0
      this.#ask()
    }
    while (this.#idle.length > this.#spares && now - (this.#idle[0] as Channel).idleSince >= this.#idleCloseMs) {
      this.#retire(this.#idle.shift() as Channel)
    }
    for (const channel of this.#idle) {
      const sinceWritten = now - channel.writtenAt
      if (sinceWritten >= this.#keepAliveMs || (!channel.told && sinceWritten >= limits.SWEEP_MS))
        channel.emptyLine(now)
    }
  }

  /** Only the hub closes idle connections, so no request can cross with the end of its connection. */
  #retire({ socket }: Channel): void {
    socket.end()
    const stop = this.#clock.after(limits.LINGER_MS, () => socket.destroy())
    socket.once('close', stop)
  }
}
