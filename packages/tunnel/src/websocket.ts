import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/** The subprotocol that the two ends agree on. */
export const SUBPROTOCOL = 'moorage-tunnel.v1'

/** The bytes of binary frames as a stream, both ways with back-pressure. A text frame ends it. */
export const webSocketStream = (_webSocket: WebSocket): Duplex => {
  throw new Error('not built yet')
}
