import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

export interface EventStreamOptions {
  /** Ends the stream: the client left, the credential was revoked, or the hub stops. */
  signal: AbortSignal
  /** An event that says that the stream lives. Sent first, then every `pingMs`. */
  ping: () => unknown
  pingMs: number
}

/** How a stream of events begins. Proxies that buffer would hold events back. */
export const eventHeaders = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } as const

/** One event as it is sent. */
export const encode = (value: unknown) => `event: message\ndata: ${JSON.stringify(value)}\n\n`

/**
 * Sends events as they come, one after the other: while the client does not
 * read, nothing more is taken from `events`, whose source merges what waits.
 */
export async function sendEvents(
  response: ServerResponse,
  events: AsyncIterable<unknown>,
  options: EventStreamOptions,
): Promise<void> {
  const { signal } = options
  response.writeHead(200, eventHeaders)
  response.write(encode(options.ping()))
  const pings = setInterval(() => {
    // To a client that does not read, a ping would only add to what waits.
    if (!response.writableNeedDrain) response.write(encode(options.ping()))
  }, options.pingMs)
  try {
    for await (const event of events) {
      if (signal.aborted || response.destroyed) break
      if (!response.write(encode(event))) await once(response, 'drain', { signal })
    }
  } catch (error) {
    if (!signal.aborted && !response.destroyed) throw error
  } finally {
    clearInterval(pings)
    // A client that does not read would keep the connection of a stream that is over.
    if (response.writableNeedDrain) response.destroy()
    else response.end()
  }
}
