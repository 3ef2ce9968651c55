import { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { malformed } from './fields.ts'
import { BODY_WAITING_BYTES, FRAME_PIECE_BYTES } from './limits.ts'

/** The subprotocol that the two ends agree on. */
export const SUBPROTOCOL = 'moorage-tunnel.v1'

const BINARY = { binary: true, compress: false }
/** A close that the other side wanted: "normal", and one that says nothing. */
const CLEAN = new Set([1000, 1005])

/**
 * The bytes of binary frames as a stream, both ways with back-pressure. Not the
 * library's own `createWebSocketStream`: that one waits for ever for the end of
 * a socket that was destroyed before it had finished.
 */
class WebSocketStream extends Duplex {
  readonly #webSocket: WebSocket

  constructor(webSocket: WebSocket) {
    super({ allowHalfOpen: false, highWaterMark: BODY_WAITING_BYTES })
    this.#webSocket = webSocket
    webSocket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) this.destroy(malformed('A tunnel has binary frames only.'))
      else if (!this.push(data)) webSocket.pause()
    })
    webSocket.on('error', error => this.destroy(error))
    webSocket.on('close', code => {
      if (CLEAN.has(code)) this.push(null)
      else this.destroy()
    })
  }

  override _read(): void {
    if (this.#webSocket.isPaused) this.#webSocket.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    // In frames that the other side takes, which bounds what one of them makes it hold.
    let from = 0
    while (chunk.length - from > FRAME_PIECE_BYTES) {
      this.#webSocket.send(chunk.subarray(from, from + FRAME_PIECE_BYTES), BINARY)
      from += FRAME_PIECE_BYTES
    }
    this.#webSocket.send(chunk.subarray(from), BINARY, done)
  }

  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), '', done)
  }

  override _final(done: () => void): void {
    this.#webSocket.close(1000)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#webSocket.terminate()
    done(error)
  }
}

/** A WebSocket as a stream. A text frame ends it. */
export const webSocketStream = (webSocket: WebSocket): Duplex => new WebSocketStream(webSocket)
