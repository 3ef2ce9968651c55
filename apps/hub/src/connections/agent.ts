import { TransportError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { AGENT_DISCONNECTED } from '../tunnels/failure.ts'
import type { Tunnels } from '../tunnels/tunnels.ts'
import { readOnlyTransport } from './read-only.ts'

/** The transport through the agent's tunnels: on a read-only cluster it sends only reads, whatever the agent would pass. */
export function openAgent(
  tunnels: Pick<Tunnels, 'transport'>,
  clusterId: string,
  mode: 'read-only' | 'full',
): KubeTransport {
  const transport = tunnels.transport(clusterId)
  return mode === 'read-only' ? readOnlyTransport(transport) : transport
}

/** Whether a request failed because no agent of the cluster is connected. */
export const isAgentDisconnected = (error: unknown): boolean =>
  error instanceof TransportError && error.code === AGENT_DISCONNECTED
