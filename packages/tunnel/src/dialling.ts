import type { Duplex } from 'node:stream'
import { type Clock, systemClock } from './clock.ts'
import { DIALS_AT_ONCE, LONGEST_ASKED_MS, SHORT_LIFE_MS } from './limits.ts'

export interface DiallingOptions {
  /** Opens one tunnel connection, up to and including the 101. May reject with an error whose `retryAfterMs` says how long not to come again. */
  dial(signal: AbortSignal): Promise<Duplex>
  /** Serves it until it has ended; hand `inUse` on to `serveConnection`. */
  serve(connection: Duplex, inUse: (busy: boolean) => void): Promise<void>
  /** Idle connections to keep. */
  spares: number
  /** Connections at most, being dialled included. */
  max: number
  backOff: { minMs: number; maxMs: number }
  /** 0 ≤ x < 1. */
  random(): number
  /** Ends everything, as disposing does. */
  signal: AbortSignal
  log(message: string, facts: Record<string, unknown>): void
  /** The machine's when left out. */
  clock?: Clock
}

/** Keeps a number of connections to a hub open. */
export interface Dialling extends AsyncDisposable {
  /** Dials this many more at once, within the bounds. */
  want(connections: number): void
  /** Ends all connections and dials anew at once: after the peer fell silent. */
  redial(): void
  /** Dials as many anew as should be idle, and leaves those that there are as they are: their other end will end them. */
  renew(): void
  /** Dials no more. Resolves when all connections have ended, which their other ends do once they are told. */
  leave(): Promise<void>
  stats(): { idle: number; busy: number; dialling: number }
}

/** Dials until `spares` connections are idle, and again when one is used or ends; failures back off with full jitter. */
export const keepDialled = (options: DiallingOptions): Dialling => new KeptDialled(options)

interface Kept {
  socket: Duplex
  since: number
  busy: boolean
  used: boolean
}

class KeptDialled implements Dialling {
  readonly #options: DiallingOptions
  readonly #clock: Clock
  readonly #kept = new Set<Kept>()
  /** Those that no longer count, as their other end goes. */
  readonly #left = new Set<Kept>()
  readonly #running = new Set<Promise<void>>()
  /** One per round: a redial gives up what is being dialled as well. */
  #round = new AbortController()
  #busy = 0
  #dialling = 0
  /** Asked for by the hub, above the spares, and not begun yet. */
  #wanted = 0
  #failures = 0
  /** Set while backing off. */
  #stopWaiting: (() => void) | null = null
  #closed = false
  #leaving = false
  readonly #onAbort = () => this.#close()

  constructor(options: DiallingOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    if (options.signal.aborted) this.#closed = true
    options.signal.addEventListener('abort', this.#onAbort, { once: true })
    this.#fill()
  }

  want(connections: number): void {
    const room = this.#options.max - this.#size - this.#dialling
    if (!Number.isFinite(connections) || connections <= 0) return
    this.#wanted = Math.min(Math.max(0, room), this.#wanted + Math.floor(connections))
    this.#fill()
  }

  redial(): void {
    if (this.#leaving) return
    const round = this.#round
    this.#round = new AbortController()
    this.#dialling = 0
    this.#wanted = 0
    this.#failures = 0
    this.#stopWaiting?.()
    this.#stopWaiting = null
    round.abort()
    const old = [...this.#kept, ...this.#left]
    for (const kept of old) this.#forget(kept)
    this.#fill()
    for (const { socket } of old) socket.destroy()
  }

  renew(): void {
    for (const kept of [...this.#kept]) {
      this.#forget(kept)
      this.#left.add(kept)
    }
    this.#fill()
  }

  async leave(): Promise<void> {
    this.#leaving = true
    this.#stopWaiting?.()
    this.#stopWaiting = null
    this.#round.abort()
    this.#dialling = 0
    await Promise.all(this.#running)
  }

  stats() {
    return { idle: this.#kept.size - this.#busy, busy: this.#busy + this.#left.size, dialling: this.#dialling }
  }

  get #size(): number {
    return this.#kept.size + this.#left.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close()
    await Promise.all(this.#running)
  }

  #close(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort)
    this.#closed = true
    this.#stopWaiting?.()
    this.#stopWaiting = null
    this.#round.abort()
    this.#dialling = 0
    for (const { socket } of [...this.#kept, ...this.#left]) socket.destroy()
  }

  /** Begins the dials that are missing. While backing off there are none; after it one has to succeed before others follow. */
  #fill(): void {
    if (this.#closed || this.#leaving || this.#stopWaiting) return
    const { spares, max } = this.#options
    const atOnce = this.#failures > 0 ? 1 : DIALS_AT_ONCE
    while (this.#dialling < atOnce && this.#size + this.#dialling < max) {
      const idle = this.#kept.size - this.#busy
      if (this.#wanted > 0) this.#wanted -= 1
      else if (idle + this.#dialling >= spares) return
      this.#dialling += 1
      const running = this.#dial(this.#round).finally(() => this.#running.delete(running))
      this.#running.add(running)
    }
  }

  async #dial(round: AbortController): Promise<void> {
    let socket: Duplex
    try {
      socket = await this.#options.dial(round.signal)
    } catch (error) {
      if (round.signal.aborted) return
      this.#dialling -= 1
      this.#options.log('dialling the hub failed', { message: error instanceof Error ? error.message : String(error) })
      this.#backOff((error as { retryAfterMs?: number } | null)?.retryAfterMs ?? 0)
      return
    }
    if (round.signal.aborted) {
      socket.destroy()
      return
    }
    this.#dialling -= 1
    const kept: Kept = { socket, since: this.#clock.now(), busy: false, used: false }
    this.#kept.add(kept)
    // A success only counts when it lasts, or a hub that accepts and closes would be dialled without pause.
    const confirmed = this.#clock.after(SHORT_LIFE_MS, () => this.#confirm())
    this.#fill()
    await this.#options
      .serve(socket, busy => this.#setBusy(kept, busy))
      .catch(error => {
        this.#options.log('serving a connection failed', {
          message: error instanceof Error ? error.message : String(error),
        })
      })
    confirmed()
    socket.destroy()
    this.#left.delete(kept)
    if (!this.#kept.has(kept)) return // of an earlier round
    this.#forget(kept)
    if (!kept.used && this.#clock.now() - kept.since < SHORT_LIFE_MS) this.#backOff()
    else this.#fill()
  }

  #confirm(): void {
    this.#failures = 0
    this.#fill()
  }

  #setBusy(kept: Kept, busy: boolean): void {
    if (!this.#kept.has(kept) || kept.busy === busy) return
    kept.busy = busy
    this.#busy += busy ? 1 : -1
    if (!busy) return
    kept.used = true
    this.#confirm()
  }

  #forget(kept: Kept): void {
    this.#left.delete(kept)
    if (this.#kept.delete(kept) && kept.busy) this.#busy -= 1
  }

  #backOff(atLeastMs = 0): void {
    this.#wanted = 0
    if (this.#closed || this.#leaving || this.#stopWaiting) return
    const { backOff, random } = this.#options
    const longest = Math.min(backOff.maxMs, backOff.minMs * 2 ** Math.min(this.#failures, 30))
    this.#failures += 1
    // Those who are asked to wait for as long are not to come back at once either.
    const asked = Math.min(atLeastMs, LONGEST_ASKED_MS)
    this.#stopWaiting = this.#clock.after(asked + random() * Math.max(longest, asked), () => {
      this.#stopWaiting = null
      this.#fill()
    })
  }
}
