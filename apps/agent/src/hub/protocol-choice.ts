import { PROTOCOL_AGAIN_MS } from '../limits.ts'

export type Protocol = 'upgrade' | 'websocket'

/** Remembers what gets through to the hub. */
export interface ProtocolChoice {
  /** What to try, in this order. */
  order(): readonly Protocol[]
  worked(protocol: Protocol): void
  /** It was let in and then nothing came through: the other one first, from now on. */
  blame(): void
  /** Whether it has ever worked here. */
  hasWorked(protocol: Protocol): boolean
}

const other = (protocol: Protocol): Protocol => (protocol === 'upgrade' ? 'websocket' : 'upgrade')

/**
 * The upgrade is preferred, as it costs less. Where only a WebSocket passes,
 * that is used, and the upgrade tried again now and then. `clock` gives ms that
 * never go back.
 */
export function protocolChoice(clock: () => number): ProtocolChoice {
  let preferred: Protocol = 'upgrade'
  let since = 0
  const proven = new Set<Protocol>()
  return {
    order() {
      const again = preferred === 'websocket' && clock() - since >= PROTOCOL_AGAIN_MS
      // One dial tries it; the others go on as they were.
      if (again) since = clock()
      const first = again ? 'upgrade' : preferred
      return [first, other(first)]
    },
    worked(protocol) {
      proven.add(protocol)
      if (protocol === preferred) return
      preferred = protocol
      since = clock()
    },
    blame() {
      preferred = other(preferred)
      since = clock()
    },
    hasWorked: protocol => proven.has(protocol),
  }
}
