import type { Condition, CredentialInfo, Mode, Phase } from '@moorage/contract/cluster.ts'
import type { TransportReason } from '@moorage/kube/errors.ts'
import type { Facts } from './facts.ts'

/** How one probe ended: a GET of the kube-system namespace, which proves reach, credential and identity at once. */
export type Probe =
  | { kind: 'answered'; uid: string }
  /** 401: the API server does not know the credential. */
  | { kind: 'rejected'; message: string }
  /** 403: it knows the credential and does not let it read the namespace. */
  | { kind: 'forbidden'; message: string }
  /** It answered, and could not serve: 429, 5xx, or nothing that Kubernetes says. */
  | { kind: 'failing'; message: string }
  /** No answer came at all. */
  | { kind: 'silent'; reason: TransportReason; message: string }
  /** No agent of the cluster is connected. */
  | { kind: 'away'; message: string }
  /** The hub can not open the sealed credential. */
  | { kind: 'unopened'; message: string }

/** What is wanted of a cluster. */
export interface Desired {
  /** The identity that it was connected with. */
  uid: string | null
  mode: Mode
  credential: CredentialInfo | null
  /** What is known of its agent. null where it is reached in another way. */
  agent: AgentSaid | null
  /** A disconnect was asked for and waits for the agent. */
  leaving: boolean
}

/** An agent as it was last heard, by this or another replica. */
export interface AgentSaid {
  /** null until it has registered. */
  version: string | null
  /** The mode of the manifest that it runs with. */
  mode: Mode | null
  /** This hub's version, to compare. */
  hubVersion: string
  /** Since when this process could have heard it: it was started then, or stood still before. */
  listenedSince: Date
  /** Since when this process asks the cluster. A hub that has just begun with many may be slow itself. */
  askedSince: Date
}

/** How far the inventory is. null where it does not run here. */
export interface InventoryObserved {
  complete: boolean
  /** Kinds by how their reading stands. */
  kinds: readonly { kind: string; state: string; message: string | null }[]
}

/** All that one pass has seen. Failures are data here. */
export interface Observed {
  probe: Probe
  inventory: InventoryObserved | null
  /** The newest facts, read in this or an earlier pass. */
  facts: Facts
  /** When each kind of fact was last tried and got, in this process. */
  readAt: { server: Reading; summary: Reading; rights: Reading }
  /** Rows of the inventory have changed since they were summed up. */
  summaryStale: boolean
}

/** When something was last read, and last tried. */
export interface Reading {
  got: Date | null
  tried: Date | null
}

/** What the pass before came to. */
export interface Last {
  phase: Phase
  conditions: readonly Condition[]
  lastSeen: Date | null
  /** Probes in a row that got no good answer. */
  strikes: number
  /** Since when every answer was that the hub may not ask. null or left out where the last one was another. */
  refusedSince?: Date | null
}

/** Things to do about it. None of them removes anything, in the member or in the hub. */
export type Action =
  | { do: 'start-inventory' }
  | { do: 'stop-inventory'; because: string }
  | { do: 'read-server' }
  | { do: 'summarise' }
  | { do: 'review-rights' }
  /** What the owner of the member lets Moorage do was seen to be another. */
  | { do: 'set-mode'; mode: Mode; because: string }

export interface Plan extends Last {
  actions: readonly Action[]
  /** When to look again. */
  nextInMs: number
}
