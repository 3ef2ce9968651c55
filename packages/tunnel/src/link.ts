import type { Duplex } from 'node:stream'
import type { Clock } from './clock.ts'

/** Says what a message is. `ping` belongs to the link itself. */
export interface LinkMessage {
  type: string
}

export interface LinkOptions {
  /** Called for every message but pings; unchecked beyond having a `type`. Throwing ends the link. */
  receive(message: LinkMessage & Record<string, unknown>): void
  /** ms between pings. */
  pingMs?: number
  /** ms without hearing anything until the link ends. */
  silenceMs?: number
  clock?: Clock
}

export type LinkEnd = 'closed-here' | 'closed-there' | 'silent' | 'malformed' | 'slow'

export interface Link extends Disposable {
  /** Never waits; a peer that stops reading ends the link ('slow'). After the end it does nothing. */
  send(message: LinkMessage): void
  /** Resolves, never rejects. */
  readonly ended: Promise<LinkEnd>
  /** ms since something was heard. */
  silentMs(): number
}

/** Messages as JSON lines both ways, with pings; both sides use this. Disposing destroys the socket. */
export const openLink = (_socket: Duplex, _options: LinkOptions): Link => {
  throw new Error('not built yet')
}
