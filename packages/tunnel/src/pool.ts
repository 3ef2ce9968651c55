import type { Duplex, Readable } from 'node:stream'
import type { Clock } from './clock.ts'

export interface TunnelRequest {
  method: string
  /** Absolute path with its query. */
  path: string
  /**
   * Fields about this hop (`connection`, `keep-alive`, `transfer-encoding`, `expect`, …) are left out.
   * `content-length` is believed for a stream, and checked; without it a stream is sent chunked, which costs its connection.
   */
  headers?: Record<string, string | readonly string[]>
  body?: string | Uint8Array | Readable
}

export interface TunnelResponse {
  status: number
  /** Names in lower case; a field that came more than once is an array. */
  headers: Record<string, string | string[] | undefined>
  /** Must be read to its end or destroyed, or the connection stays taken. Fails with a `TunnelError` when the connection ends early. */
  body: Readable
  /** Known once the body has ended. */
  trailers(): Record<string, string>
}

export interface PoolOptions {
  /** Asks the agent for this many connections more; called at most once for a burst. */
  want(connections: number): void
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
   * Rejects with a `TunnelError`, or the signal's reason.
   */
  request(request: TunnelRequest, signal: AbortSignal): Promise<TunnelResponse>
  /** Rejects with `UpgradeRefused` when the answer is not a 101. */
  upgrade(request: TunnelRequest, signal: AbortSignal): Promise<{ headers: TunnelResponse['headers']; socket: Duplex }>
  /** Gives an idle connection away, as after the tunnel's own 101: it leaves the pool. */
  take(signal: AbortSignal): Promise<Duplex>
  stats(): { idle: number; busy: number; waiting: number }
}

/** Disposing it destroys all connections; what is under way fails with 'closed'. */
export const openPool = (_options: PoolOptions): Pool => {
  throw new Error('not built yet')
}
