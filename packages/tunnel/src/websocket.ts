import type { Duplex } from 'node:stream'
import { createWebSocketStream, type WebSocket } from 'ws'

/** The subprotocol that the two ends agree on. */
export const SUBPROTOCOL = 'moorage-tunnel.v1'

/** The bytes of binary frames as a stream, both ways with back-pressure. A text frame ends it. */
export const webSocketStream = (webSocket: WebSocket): Duplex => {
  webSocket.on('message', (_data, isBinary) => {
    if (!isBinary) webSocket.terminate()
  })
  return createWebSocketStream(webSocket)
}
