import type { Duplex } from 'node:stream'
import { TLS_RECORD_BYTES } from './limits.ts'

/**
 * Writes to a socket so that the pieces of a bulk transfer go out together: TLS
 * gives what came in records, up to four for one read, and a write for each
 * would double the calls into the system. Small pieces go out at once.
 */
export class GatheredWrites {
  readonly #socket: Duplex
  #gathering = false

  readonly #letGo = () => {
    this.#gathering = false
    this.#socket.uncork()
  }

  constructor(socket: Duplex) {
    this.#socket = socket
  }

  /** As the socket's own: false when there is no more room. */
  write(piece: Buffer): boolean {
    if (piece.length >= TLS_RECORD_BYTES && !this.#gathering) {
      this.#gathering = true
      this.#socket.cork()
      setImmediate(this.#letGo)
    }
    return this.#socket.write(piece)
  }
}
