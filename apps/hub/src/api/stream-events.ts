import type { Change } from '@moorage/contract/hub.ts'
import type { Authenticated } from '../access/identity.ts'
import { MoorageError } from '../errors.ts'
import type { ApiDeps } from './deps.ts'
import { sendEvents } from './events.ts'
import type { Exchange } from './exchange.ts'
import { MAX_STREAMS, PING_MS } from './limits.ts'

/**
 * Answers with a stream of events that ends when the client leaves, the hub
 * stops, or the credential that opened it is no longer valid.
 */
export async function streamEvents(
  deps: ApiDeps,
  exchange: Exchange,
  authenticated: Authenticated | null,
  stopping: AbortSignal,
  open: (signal: AbortSignal) => Promise<AsyncIterable<unknown>>,
): Promise<void> {
  if (authenticated === null) throw new MoorageError('unauthenticated', 'The request carries no credential.')
  if (deps.live.size >= MAX_STREAMS) {
    throw new MoorageError('unavailable', `The hub has ${MAX_STREAMS} open streams, which is all that it takes.`, {
      fix: 'Close consoles that nobody looks at, or run another replica.',
    })
  }
  const credential = deps.live.follow(authenticated)
  deps.metrics.streams(deps.live.size)
  const signal = AbortSignal.any([credential.signal, exchange.signal, stopping])
  try {
    const ping = (): Change => ({ type: 'ping', cluster: '', name: '', kinds: [], at: deps.now().toISOString() })
    await sendEvents(exchange.response, await open(signal), { signal, ping, pingMs: PING_MS })
  } finally {
    credential.done()
    deps.metrics.streams(deps.live.size)
  }
}
