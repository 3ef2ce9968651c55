import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { acceptUpgrade, isTunnelUpgrade } from '@moorage/tunnel/upgrade.ts'
import { MoorageError } from '../errors.ts'
import { gateOf } from './gate.ts'
import {
  DIALS_PER_SECOND,
  KEEP_ALIVE_PROBE_MS,
  MAX_VERIFYING,
  MAX_VERIFYING_WAITING,
  REFUSED_BURST,
  REFUSED_PER_SECOND,
} from './limits.ts'
import { rateOf } from './rate.ts'
import { STOPPING } from './stopping.ts'
import type { Tunnels } from './tunnels.ts'
import type { VerifiedAgent } from './verified-agent.ts'

/** Where agents dial. */
export const AGENT_PATH = '/agent/v1/tunnel'

/** Looks at an assertion. Throws a `MoorageError` that tells the agent what is wrong, or that it was removed. */
export type VerifyAgent = (given: {
  authorization: string | undefined
  act: string
  /** Where it dials from. */
  address: string | null
}) => Promise<VerifiedAgent>

export interface AgentUpgradeDeps {
  tunnels: Pick<Tunnels, 'mayDial' | 'refusal' | 'accept' | 'refused'>
  verify: VerifyAgent
  /** Milliseconds that never go back. */
  clock: () => number
}

/** Answers an upgrade, or throws the `MoorageError` that it is to be answered with; the socket is untouched then. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>

/** Takes the tunnel connections that agents dial. */
export function agentUpgrade({ tunnels, verify, clock }: AgentUpgradeDeps): Upgrade {
  const gate = gateOf(MAX_VERIFYING, MAX_VERIFYING_WAITING)
  const refused = rateOf(REFUSED_BURST, REFUSED_PER_SECOND, clock)

  return async (request, socket, head) => {
    if (request.method !== 'GET') {
      throw new MoorageError('method_not_allowed', `A tunnel is not opened by ${request.method}.`, { choices: ['GET'] })
    }
    if (!isTunnelUpgrade(request)) {
      throw new MoorageError('bad_request', 'This address takes tunnels of agents, and no other protocol.', {
        fix: 'Ask for Upgrade: moorage-tunnel/1, or for a WebSocket with the subprotocol moorage-tunnel.v1.',
      })
    }
    const { authorization } = request.headers
    const address = request.socket.remoteAddress ?? null
    // Agents may share one address with whoever makes up assertions, so that counts only where it costs others their turn.
    if (gate.waiting > MAX_VERIFYING && refused.spent(address ?? ''))
      throw busy('Too many agents come at the same time.')
    const verifying = gate.pass(() => verify({ authorization, act: `GET ${AGENT_PATH}`, address }))
    if (verifying === null) throw busy('Too many agents come at the same time.')
    const agent = await verifying.catch(error => {
      refused.allows(address ?? '')
      throw error
    })
    const refuse = (error: MoorageError, reason: string) => {
      tunnels.refused(agent, address, { reason, message: error.message })
      throw error
    }
    if (!tunnels.mayDial(agent.clusterId)) {
      const message = `The agent of ${agent.name} dials more than ${DIALS_PER_SECOND} times per second.`
      refuse(new MoorageError('too_many_requests', message), 'DialsTooOften')
    }
    const full = tunnels.refusal(agent)
    if (full !== null) refuse(busy(full.message, full.reason === STOPPING ? 0 : undefined), full.reason)
    // The agent may have left while it was looked at.
    if (socket.destroyed) return
    if (request.socket instanceof Socket) {
      request.socket.setNoDelay(true)
      request.socket.setTimeout(0)
      request.socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
    }
    const connection = acceptUpgrade(request, socket, head)
    connection.on('error', () => {}) // Its end is seen by whoever reads it.
    if (!tunnels.accept(agent, address, connection)) connection.destroy()
  }
}

const busy = (message: string, retryAfterS?: number) =>
  new MoorageError('unavailable', message, { fix: 'The agent comes again by itself, after a while.', retryAfterS })
