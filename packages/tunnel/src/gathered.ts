import { OutgoingMessage } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { TLS_RECORD_BYTES } from './limits.ts'
import { free, isSpent } from './spent.ts'

/**
 * Writes to a socket so that the pieces of a bulk transfer go out together: TLS
 * gives what came in records, up to four for one read, and a write for each
 * would double the calls into the system. Small pieces go out at once, or with
 * those of the same read where each would be framed by itself: an API server's
 * lists come in chunks of 4 KiB.
 */
export class GatheredWrites {
  readonly #socket: Writable
  readonly #spent: boolean
  /** Where each piece would be framed by itself. */
  readonly #message: OutgoingMessage | null
  #gathering = false

  readonly #letGo = () => this.flush()

  /** `from` gives the pieces, and nobody else reads it: large ones are freed once they were written. null where somebody may keep them. */
  constructor(socket: Writable, from: Readable | null) {
    this.#socket = socket
    this.#message = socket instanceof OutgoingMessage ? socket : null
    this.#spent = from !== null && isSpent(from, socket)
  }

  /** What was gathered goes out now. To be called before an HTTP message is ended: Node would write its last chunk before what is held. */
  flush(): void {
    if (!this.#gathering) return
    this.#gathering = false
    // A message lets its connection go before it writes to it: the size of the chunk would go out alone.
    const connection = this.#message?.socket
    connection?.cork()
    this.#socket.uncork()
    connection?.uncork()
  }

  /** As the socket's own: false when there is no more room. */
  write(piece: Buffer): boolean {
    const large = piece.length >= TLS_RECORD_BYTES
    if (!this.#gathering && (large || this.#message !== null)) {
      this.#gathering = true
      this.#socket.cork()
      // A message goes out at the end of this turn anyway.
      if (large) setImmediate(this.#letGo)
      else process.nextTick(this.#letGo)
    }
    if (!this.#spent || !large) return this.#socket.write(piece)
    return this.#socket.write(piece, error => {
      if (!error) free(piece)
    })
  }
}
