import type { ClusterDeps } from '../clusters/deps.ts'
import type { SeenAssertions } from './seen.ts'

/** This hub, as its agents know it. */
export interface HubFace {
  /** Where agents dial it. */
  url: string
  version: string
  /** Of agents whose import names none. */
  agentImage: string
  /** The hub's own CA, where it made one. */
  caPem: string | null
  /** SHA-256 of the public key that the hub answers with now, base64; null without TLS. */
  pin(): string | null
}

/** What the use cases of agents need of the hub. */
export interface AgentDeps extends ClusterDeps {
  face: HubFace
  /** Assertions that were used already. */
  seen: SeenAssertions
  /** Who this replica is, in connection events. */
  replica: string
  warn: (message: string, error?: unknown) => void
}
