import { readClusterUid } from '@moorage/kube/cluster-identity.ts'
import { AnswerError, KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { isAgentDisconnected } from '../connections/agent.ts'
import type { Connections } from '../connections/registry.ts'
import { SealingError } from '../connections/sealing-key.ts'
import type { Probe } from './observed.ts'

/** How one probe ended, and the transport that it went by, if one could be made. */
export interface ProbeResult {
  probe: Probe
  transport: KubeTransport | null
}

/** Turns what a probe failed with into what was observed. Anything that is not the cluster's doing is thrown on. */
function probeFailure(error: unknown, byAgent: boolean): Probe {
  if (isAgentDisconnected(error)) return { kind: 'away', message: 'The agent of the cluster is not connected.' }
  if (error instanceof TransportError) return { kind: 'silent', reason: error.reason, message: error.message }
  if (error instanceof SealingError) return { kind: 'unopened', message: error.message }
  if (error instanceof AnswerError) return { kind: 'failing', message: error.message }
  if (!(error instanceof KubeStatusError)) throw error
  const said = error.message === '' ? '' : ` It said: ${error.message}`
  if (error.status === 401) {
    const message = byAgent
      ? `The API server does not accept the ServiceAccount of the agent (401).${said}`
      : `The API server does not accept the credential any more (401). Replace the kubeconfig.${said}`
    return { kind: 'rejected', message }
  }
  if (error.status === 403) {
    const whose = byAgent ? 'The agent' : 'The credential'
    return { kind: 'forbidden', message: `${whose} may no longer read the kube-system namespace (403).${said}` }
  }
  return { kind: 'failing', message: `The API server answers ${error.status}.${said}` }
}

/**
 * Looks at the cluster once: one small GET of the kube-system namespace, which
 * proves that the API server answers, takes the credential, and is the same
 * cluster as ever. Failures are data.
 */
export async function observe(
  connections: Pick<Connections, 'transport'>,
  clusterId: string,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  let transport: KubeTransport | null = null
  try {
    transport = await connections.transport(clusterId)
    const uid = await readClusterUid(transport, AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]))
    return { probe: { kind: 'answered', uid }, transport }
  } catch (error) {
    return { probe: probeFailure(error, transport?.kind === 'agent'), transport }
  }
}
