import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { MoorageError } from '../errors.ts'
import type { ApiDeps } from './deps.ts'
import { RETRY_UPGRADE_S, UPGRADE_LINGER_MS } from './limits.ts'
import { toMoorageError } from './problem.ts'
import { readRequestLine } from './request-line.ts'
import { endWithProblem } from './socket-problem.ts'

/** Answers an upgrade and takes the connection, or throws the error to answer with; the socket is untouched then. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>

/** Addresses at which the protocol can be changed. */
export interface Upgrades {
  /** Who takes an upgrade of this path; null where nobody does: it is answered like any other request then. */
  find(path: string): Upgrade | null
  /** The server will stop: whoever holds changed connections lets their other ends know. Resolves when these have another way, or get none in time. */
  drain(): Promise<void>
  /** Resolves when nothing is under way over changed connections that is to be waited for. */
  settled(): Promise<void>
}

/** The path as it was sent, whatever it is. */
const pathOf = (request: IncomingMessage) => (request.url ?? '').split('?', 1)[0] ?? ''

/** Whether Node hands a request to the `upgrade` event. */
export const isUpgrade = (upgrades: Upgrades, request: IncomingMessage): boolean =>
  upgrades.find(pathOf(request)) !== null

/** Answers one upgrade, whatever happens: every refusal is a problem document, with the hub's time for agents whose clock is wrong. */
export async function answerUpgrade(
  deps: Pick<ApiDeps, 'log' | 'now'>,
  upgrades: Upgrades,
  stopping: AbortSignal,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const id = randomUUID()
  socket.on('error', () => {}) // Its end is seen by whoever holds it.
  try {
    if (stopping.aborted) throw new MoorageError('unavailable', 'The hub is stopping.', { retryAfterS: 0 })
    const { path, query } = readRequestLine(request.url ?? '')
    if (request.headers.host === undefined) throw new MoorageError('bad_request', 'The request has no Host header.')
    if (query.size > 0) throw new MoorageError('bad_request', 'This address takes no query parameters.')
    const upgrade = upgrades.find(path)
    if (upgrade === null) throw new MoorageError('not_found', 'There is nothing at this address.')
    await upgrade(request, socket, head)
  } catch (error) {
    if (socket.destroyed || !socket.writable) return
    const told = toMoorageError(error)
    const address = request.socket.remoteAddress
    if (told !== error) deps.log.error({ err: error, request: id }, 'An upgrade failed.')
    else deps.log.debug({ request: id, address, code: told.code, because: told.message }, 'An upgrade was refused.')
    const later = told.code === 'unavailable' || told.code === 'too_many_requests'
    // 0: another replica takes it at once.
    const after = told.extra.retryAfterS ?? (later ? RETRY_UPGRADE_S : 0)
    endWithProblem(socket, told, id, {
      date: deps.now().toUTCString(),
      'x-request-id': id,
      ...(after > 0 ? { 'retry-after': String(after) } : {}),
    })
    setTimeout(() => socket.destroy(), UPGRADE_LINGER_MS).unref()
  }
}

/** The protocol can be changed nowhere. */
export const noUpgrades: Upgrades = { find: () => null, drain: async () => {}, settled: async () => {} }
