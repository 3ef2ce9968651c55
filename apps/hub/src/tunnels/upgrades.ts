import { AGENT_PATH, type AgentUpgradeDeps, agentUpgrade, type Upgrade } from './agent-upgrade.ts'
import { PEER_PATH } from './peer-address.ts'
import { type PeerUpgradeDeps, peerUpgrade } from './peer-upgrade.ts'
import type { Tunnels } from './tunnels.ts'

/** What follows PEER_PATH: a cluster's id, as the hub makes them. */
const CLUSTER_ID = /^[\w-]{1,100}$/

/** The addresses at which tunnels begin. */
export function tunnelUpgrades(deps: AgentUpgradeDeps & PeerUpgradeDeps & { tunnels: Tunnels }): {
  find(path: string): Upgrade | null
  drain(): Promise<void>
  settled(): Promise<void>
} {
  const agents = agentUpgrade(deps)
  const peers = peerUpgrade(deps)
  return {
    find: path => {
      if (path === AGENT_PATH) return agents
      return path.startsWith(PEER_PATH) && CLUSTER_ID.test(path.slice(PEER_PATH.length)) ? peers.upgrade : null
    },
    drain: () => deps.tunnels.drain(),
    settled: () => peers.settled(),
  }
}
