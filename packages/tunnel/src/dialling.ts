import type { Duplex } from 'node:stream'
import type { Clock } from './clock.ts'

export interface DiallingOptions {
  /** Opens one tunnel connection, up to and including the 101. */
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
  stats(): { idle: number; busy: number; dialling: number }
}

/** Dials until `spares` connections are idle, and again when one is used or ends; failures back off with full jitter. */
export const keepDialled = (_options: DiallingOptions): Dialling => {
  throw new Error('not built yet')
}
