import type { Duplex } from 'node:stream'
import { withinTime } from '@moorage/kube/within.ts'
import { TunnelError, UpgradeRefused } from '@moorage/tunnel/errors.ts'
import { dialHub } from '@moorage/tunnel/upgrade.ts'
import { assertion, type Identity } from '../identity/assertion.ts'
import { UPGRADE_MS } from '../limits.ts'
import { hubPath } from './call.ts'
import type { HubConnector } from './connect.ts'
import type { Protocol, ProtocolChoice } from './protocol-choice.ts'
import { HubRefusal } from './refusal.ts'

const TUNNEL = '/agent/v1/tunnel'
const ACT = `GET ${TUNNEL}`

export interface TunnelDialing {
  connector: HubConnector
  url: URL
  identity: Identity
  protocols: ProtocolChoice
  userAgent: string
}

/** Opens one tunnel connection. Rejects with a `HubRefusal`, `TransportError` or `TunnelError`. */
export async function dialTunnel(dialing: TunnelDialing, signal: AbortSignal): Promise<Duplex> {
  const { protocols } = dialing
  const [first, second] = protocols.order() as [Protocol, Protocol]
  try {
    return await dialBy(dialing, first, signal)
  } catch (error) {
    if (signal.aborted || !mayBeTheWay(error, protocols.hasWorked(first))) throw error
    try {
      return await dialBy(dialing, second, signal)
    } catch (other) {
      // The hub itself is worth more words than whatever is before it.
      throw other instanceof HubRefusal && other.code !== null ? other : error
    }
  }
}

/** Whether something on the way did not let this protocol through, so that another one may pass. */
function mayBeTheWay(error: unknown, worked: boolean): boolean {
  // The hub says bad_request where the upgrade was taken out of the request.
  if (error instanceof HubRefusal) return error.code === null || error.code === 'bad_request'
  return error instanceof TunnelError && !worked
}

async function dialBy(dialing: TunnelDialing, protocol: Protocol, signal: AbortSignal): Promise<Duplex> {
  const { clock } = dialing.identity
  let connection: Duplex
  try {
    connection = await attempt(dialing, protocol, signal)
  } catch (error) {
    if (!(error instanceof HubRefusal) || !error.isAboutClock || error.date === null) throw error
    clock.correct(error.date)
    connection = await attempt(dialing, protocol, signal)
  }
  dialing.protocols.worked(protocol)
  return connection
}

async function attempt(dialing: TunnelDialing, protocol: Protocol, signal: AbortSignal): Promise<Duplex> {
  const { connector, url, identity, userAgent } = dialing
  const socket = await connector.connect(signal)
  try {
    const headers = { authorization: await assertion(identity, ACT), 'user-agent': userAgent }
    const address = { path: hubPath(url, TUNNEL), host: url.host, headers }
    const late = `The hub at ${url.host} did not answer the request for a tunnel within ${UPGRADE_MS / 1000} s.`
    return await withinTime(UPGRADE_MS, late, signal, either => dialHub(socket, address, protocol, either))
  } catch (error) {
    socket.destroy()
    if (error instanceof UpgradeRefused)
      throw new HubRefusal(error.status, error.problem, error.date, error.retryAfterMs)
    throw error
  }
}
