import type { IncomingMessage } from 'node:http'

/** ms in which nothing happens at a terminal before it is ended: who walked away is not to leave a shell behind. */
export const IDLE_MS = 30 * 60_000

/** The sub-protocols that a client offers. */
export const offered = ({ headers }: Pick<IncomingMessage, 'headers'>): string[] =>
  (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map(protocol => protocol.trim())
    .filter(protocol => protocol !== '')
