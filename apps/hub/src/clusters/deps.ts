import type { ObjectRef } from '@moorage/contract/cluster.ts'
import type { RemovalProgress } from '@moorage/removal/progress.ts'
import type { AddressGuard } from '../connections/guard.ts'
import type { Connections } from '../connections/registry.ts'
import type { Sealer } from '../connections/sealing.ts'
import type { Store } from '../store/store.ts'
import type { Changes } from '../work/changes.ts'

export interface RemovalRequest {
  instance: string
  objects: ObjectRef[]
  keepNamespace?: boolean
}

/** The agents in members, as far as use cases ask something of them. */
export interface Members {
  /** Whether a tunnel of the cluster's agent is open. */
  connected(clusterId: string): boolean | Promise<boolean>
  /** Throws `agent_disconnected` where there is none. */
  control(clusterId: string): MemberControl
  /** Ends the tunnels of a cluster. */
  cut(clusterId: string, reason: string): Promise<void>
}

/** What can be asked of one agent. */
export interface MemberControl {
  remove(request: RemovalRequest, signal: AbortSignal): AsyncIterable<RemovalProgress>
  settings(
    change: { hubUrl?: string; ca?: string },
    signal: AbortSignal,
  ): Promise<{ ok: true } | { ok: false; why: string }>
  prove(request: ProveRequest, signal: AbortSignal): Promise<{ results: ProveResult[] }>
}

export interface ProveRequest {
  requests: { name: string; method: string; path: string; body?: string; headers?: Record<string, string> }[]
  wall: 'agent' | 'api-server'
}

export interface ProveResult {
  name: string
  refused: boolean
  answer: string
}

/** What the use cases of clusters need of the hub. Each takes the part that it uses. */
export interface ClusterDeps {
  store: Pick<Store, 'db'>
  sealer: Sealer
  guard: AddressGuard
  connections: Connections
  /** Id of this installation, as it stands on objects in members. */
  instance: string
  members: Members
  changes: Pick<Changes, 'publish'>
  now: () => Date
  random: (bytes: number) => Uint8Array
}
