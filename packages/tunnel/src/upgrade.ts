import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** The token of `Upgrade`. */
export const PROTOCOL = 'moorage-tunnel/1'

export interface HubAddress {
  /** Of the tunnel's endpoint. */
  path: string
  /** For the Host header. */
  host: string
  headers: Record<string, string>
}

/**
 * Turns a connection to a hub (past TLS) into a tunnel connection. Rejects with `UpgradeRefused`
 * when the answer was no 101, with `TunnelError` when none came, or with the signal's reason; the socket is destroyed then.
 */
export const dialHub = async (
  _socket: Duplex,
  _address: HubAddress,
  _protocol: 'upgrade' | 'websocket',
  _signal: AbortSignal,
): Promise<Duplex> => {
  throw new Error('not built yet')
}

/** Whether a server's `upgrade` event asks for a tunnel, in either kind. */
export const isTunnelUpgrade = (_request: IncomingMessage): boolean => {
  throw new Error('not built yet')
}

/** Answers a server's `upgrade` event with 101, for either kind. Throws `TunnelError` ('malformed') when it is neither; the socket was answered then. */
export const acceptUpgrade = (_request: IncomingMessage, _socket: Duplex, _head: Buffer): Duplex => {
  throw new Error('not built yet')
}
