import type { Duplex, Readable } from 'node:stream'

export interface KubeRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'
  /** Absolute path with its query, such as `/api/v1/pods?limit=500`. */
  path: string
  /** A list where a header is to stand several times. */
  headers?: Record<string, string | string[]>
  body?: string | Uint8Array | Readable
  /** Somebody else's: it may keep its connection for as long as they like, so it takes none of those that short requests share. */
  apart?: boolean
  /** Nobody else reads the stream: a transport may free its pieces once they were sent. */
  spendBody?: boolean
}

export interface KubeResponse {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** Must be read to its end or destroyed, or the connection stays taken. */
  body: Readable
  /** HTTP trailers, known once the body has ended. */
  trailers(): Record<string, string>
}

/** What is left of the connection after a 101: bytes both ways. */
export interface UpgradedStream {
  headers: Record<string, string | string[] | undefined>
  socket: Duplex
}

/**
 * One way to reach one cluster's API server. Long-lived; owns its sockets.
 * It has no read timeout, as watches and exec are long: pass a signal.
 * Failures to get an answer at all reject with a `TransportError` (see
 * `errors.ts`), whose `reason` says at which step the way ended.
 */
export interface KubeTransport extends AsyncDisposable {
  readonly kind: 'agent' | 'direct' | 'cloud'
  /** Requests that can be under way at once, as far as is known now. Left out where only the other end limits them. */
  room?(): number
  request(request: KubeRequest, signal: AbortSignal): Promise<KubeResponse>
  upgrade(request: KubeRequest, signal: AbortSignal): Promise<UpgradedStream>
}
