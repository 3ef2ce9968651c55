import type { Readable, Writable } from 'node:stream'
import { TLS_RECORD_BYTES } from './limits.ts'
import { free, isSpent } from './spent.ts'

/**
 * Writes to a socket so that the pieces of a bulk transfer go out together: TLS
 * gives what came in records, up to four for one read, and a write for each
 * would double the calls into the system. Small pieces go out at once.
 */
export class GatheredWrites {
  readonly #socket: Writable
  readonly #spent: boolean
  #gathering = false

  readonly #letGo = () => this.flush()

  /** `from` gives the pieces, and nobody else reads it: large ones are freed once they were written. null where somebody may keep them. */
  constructor(socket: Writable, from: Readable | null) {
    this.#socket = socket
    this.#spent = from !== null && isSpent(from, socket)
  }

  /** What was gathered goes out now. To be called before an HTTP message is ended: Node would write its last chunk before what is held. */
  flush(): void {
    if (!this.#gathering) return
    this.#gathering = false
    this.#socket.uncork()
  }

  /** As the socket's own: false when there is no more room. */
  write(piece: Buffer): boolean {
    if (piece.length < TLS_RECORD_BYTES) return this.#socket.write(piece)
    if (!this.#gathering) {
      this.#gathering = true
      this.#socket.cork()
      setImmediate(this.#letGo)
    }
    if (!this.#spent) return this.#socket.write(piece)
    return this.#socket.write(piece, error => {
      if (!error) free(piece)
    })
  }
}
