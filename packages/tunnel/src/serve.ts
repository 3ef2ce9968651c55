import type { Duplex, Readable } from 'node:stream'
import type { RequestHead } from './head.ts'
import { ServedConnection } from './served-connection.ts'

/** What becomes of a request. */
export type Handling =
  | {
      do: 'relay'
      /** Opens a connection to the server behind; called only where this tunnel connection has none that is still open. */
      connect(): Promise<Duplex>
      /**
       * All header fields to send on, `host` and credentials included. Framing,
       * `connection` and `upgrade` are written from the request itself: what is
       * said of them here is left out.
       */
      headers: readonly (readonly [name: string, value: string])[]
    }
  | Answer
  | {
      do: 'upgrade'
      protocol: string
      /** Gets the connection after the 101. */
      take(socket: Duplex): void
    }

export interface Answer {
  do: 'answer'
  status: number
  headers?: Record<string, string>
  /**
   * A string or bytes, or a function that gets the request's body. What the
   * function returns is sent with its length, or chunked when it is a stream.
   * The signal fires when the connection ends.
   */
  body: string | Uint8Array | ((request: { body: Readable; signal: AbortSignal }) => Promise<Readable | string>)
}

export type Handle = (request: RequestHead) => Promise<Handling> | Handling

export interface ServeOptions {
  /** Told when the connection begins to be used, and when the hub has said that it is idle again. */
  inUse?(busy: boolean): void
  /** Told, not thrown: why the connection was ended from here, such as a malformed head. */
  log?(message: string, facts: Record<string, unknown>): void
  /** Ends the connection when it fires. */
  signal?: AbortSignal
}

/**
 * Serves HTTP/1.1 on one tunnel connection, one request after the other, until it
 * has ended; never rejects. A failing `connect` is answered with 502, a throwing
 * `handle` with 500, both with the field `moorage-tunnel-failure`.
 */
export const serveConnection = async (
  connection: Duplex,
  handle: Handle,
  options: ServeOptions = {},
): Promise<void> => {
  const { signal } = options
  const served = new ServedConnection(connection, handle, options)
  const onAbort = () => connection.destroy()
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  await served.ended
  signal?.removeEventListener('abort', onAbort)
}
