import type { Channel } from './channel.ts'
import type { Clock } from './clock.ts'
import { TunnelError } from './errors.ts'
import { LONGEST_WAIT_MS } from './limits.ts'

interface Waiter {
  since: number
  begin(channel: Channel): void
  reject(error: unknown): void
}

/** Why a signal ended a request. */
export const gaveUp = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new TunnelError('closed', 'The request was given up.')

/** Why none is served any more. */
export const closed = (): TunnelError => new TunnelError('closed', 'The tunnel was closed.')
export const moved = (): TunnelError =>
  new TunnelError('moved', 'The tunnel takes no more requests, as its other end stops.')

/** Requests that wait for a connection, served in their order. */
export class WaitingLine {
  readonly #waitMs: number
  readonly #clock: Clock
  readonly #waiters = new Set<Waiter>()
  /** When somebody was last served. */
  #movedAt = Number.NEGATIVE_INFINITY

  constructor(waitMs: number, clock: Clock) {
    this.#waitMs = waitMs
    this.#clock = clock
  }

  get size(): number {
    return this.#waiters.size
  }

  join(signal: AbortSignal, begin: (channel: Channel) => void, reject: (error: unknown) => void): void {
    const settle = () => {
      this.#waiters.delete(waiter)
      signal.removeEventListener('abort', onAbort)
    }
    const onAbort = () => waiter.reject(gaveUp(signal))
    const waiter: Waiter = {
      since: this.#clock.now(),
      begin: channel => {
        settle()
        begin(channel)
      },
      reject: error => {
        settle()
        reject(error)
      },
    }
    signal.addEventListener('abort', onAbort, { once: true })
    this.#waiters.add(waiter)
  }

  /** Gives the connection to the first; false when nobody waits. */
  serve(channel: Channel): boolean {
    const [first] = this.#waiters
    if (first === undefined) return false
    this.#movedAt = this.#clock.now()
    first.begin(channel)
    return true
  }

  /**
   * Sends those away that have waited too long. While connections come the line moves, and nobody in it is lost: on a
   * starved machine a burst of handshakes takes longer than one connection may take to come.
   */
  expire(): void {
    const now = this.#clock.now()
    for (const waiter of this.#waiters) {
      const stands = now - Math.max(waiter.since, this.#movedAt)
      if (stands < this.#waitMs && now - waiter.since < LONGEST_WAIT_MS) return // the first is the oldest
      const waited = Math.round((now - waiter.since) / 1000)
      const message = `No connection through the tunnel came free within ${waited} s.`
      waiter.reject(new TunnelError('no-connection', message))
    }
  }

  dissolve(reason: Error): void {
    for (const waiter of this.#waiters) waiter.reject(reason)
  }
}
