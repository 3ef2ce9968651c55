import type { TLSSocket } from 'node:tls'

/** How long a certificate is believed without being looked at again, in ms: servers may renew a session for ever. */
const BELIEVED_MS = 3_600_000

/** The TLS session of the last connection that was accepted: the next one to the same place needs half the handshake. */
export class Resumption {
  readonly #clock: () => number
  #session: Buffer | undefined
  /** When a certificate was last looked at. */
  #lookedAt = Number.NEGATIVE_INFINITY

  /** `clock` gives ms that never go back. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /** For `tls.connect`. */
  get options(): { session?: Buffer } {
    const isOld = this.#clock() - this.#lookedAt >= BELIEVED_MS
    return this.#session === undefined || isOld ? {} : { session: this.#session }
  }

  /** Keeps what a connection is offered from when it is accepted: whoever takes up a session is not looked at again. */
  follow(socket: Pick<TLSSocket, 'on' | 'isSessionReused'>): { accept(): void } {
    let accepted = false
    let offered: Buffer | undefined
    socket.on('session', session => {
      offered = session
      if (accepted) this.#session = session
    })
    return {
      accept: () => {
        accepted = true
        if (!socket.isSessionReused()) this.#lookedAt = this.#clock()
        this.#session = offered ?? this.#session
      },
    }
  }

  /** The next connection begins anew. */
  forget(): void {
    this.#session = undefined
  }
}
