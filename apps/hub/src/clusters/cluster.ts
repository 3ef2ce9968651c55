import { type CapabilitySubject, capabilitiesOf as capabilitiesFor } from '@moorage/contract/capabilities.ts'
import type { AgentInfo, Capability, Cluster, Condition, Phase } from '@moorage/contract/cluster.ts'
import type { ClusterWithCredential } from '../store/clusters.ts'
import { type Facts, readFacts } from './facts.ts'

/** What the answer of the capability matrix depends on. */
export function capabilitySubject(row: ClusterWithCredential): CapabilitySubject {
  const { metrics, provider, hybridNodes } = readFacts(row.facts)
  const said = row.agent?.provider
  return {
    connection: row.connection,
    origin: row.origin,
    mode: row.mode,
    phase: row.phase as Phase,
    provider: said && said !== 'generic' ? said : provider.value,
    metrics,
    joined: row.uid !== null,
    hybridNodes,
  }
}

/** What the cluster allows now, and why not. */
export const capabilitiesOf = (row: ClusterWithCredential): Capability[] => capabilitiesFor(capabilitySubject(row))

/** Conditions that every answered probe finds again, while only the time of the last answer is written. */
const foundByEachProbe = new Set(['Connected', 'APIServerReachable', 'CredentialValid', 'TLSVerified'])

const freshened = (condition: Condition, lastSeen: Date | null): Condition => {
  if (condition.status !== 'True' || !foundByEachProbe.has(condition.type) || lastSeen === null) return condition
  const newer = lastSeen.toISOString()
  return newer > condition.lastSeen ? { ...condition, lastSeen: newer } : condition
}

const agentFrom = (agent: ClusterWithCredential['agent'], connections: AgentInfo['connections']): AgentInfo | null => {
  if (agent === null) return null
  const { provider: _, ...shown } = agent
  return { ...shown, connections }
}

/** A read-only cluster lets nobody act as somebody else. */
function actsAs(mode: Cluster['mode'], rights: Facts['rights']): Cluster['actsAs'] {
  if (mode === 'read-only') return 'connection'
  if (rights?.impersonates === undefined) return null
  return rights.impersonates ? 'person' : 'connection'
}

/** A stored cluster as the API shows it. */
export function clusterFrom(row: ClusterWithCredential, connections: AgentInfo['connections'] = []): Cluster {
  const { rights, metrics: _metrics, hybridNodes: _hybrid, ...facts } = readFacts(row.facts)
  return {
    id: row.id,
    name: row.name,
    uid: row.uid,
    project: row.project,
    labels: row.labels,
    phase: row.phase as Phase,
    conditions: row.conditions.map(condition => freshened(condition, row.last_seen)),
    origin: row.origin,
    connection: row.connection,
    mode: row.mode,
    ...facts,
    actsAs: actsAs(row.mode, rights),
    credential: row.credential,
    agent: agentFrom(row.agent, connections),
    capabilities: capabilitiesOf(row),
    createdAt: row.created_at.toISOString(),
    lastSeen: row.last_seen?.toISOString() ?? null,
  }
}
