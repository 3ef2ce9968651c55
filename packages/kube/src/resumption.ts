import type { TLSSocket } from 'node:tls'

/** The TLS session of the last connection that was accepted: the next one to the same place needs half the handshake. */
export class Resumption {
  #session: Buffer | undefined

  /** For `tls.connect`. */
  get options(): { session?: Buffer } {
    return this.#session === undefined ? {} : { session: this.#session }
  }

  /** Keeps what a connection is offered from when it is accepted: whoever takes up a session is not looked at again. */
  follow(socket: TLSSocket): { accept(): void } {
    let accepted = false
    let offered: Buffer | undefined
    socket.on('session', session => {
      offered = session
      if (accepted) this.#session = session
    })
    return {
      accept: () => {
        accepted = true
        this.#session = offered ?? this.#session
      },
    }
  }

  /** The next connection begins anew. */
  forget(): void {
    this.#session = undefined
  }
}
