import type { Cluster, Detected } from '@moorage/contract/cluster.ts'
import type { Rights } from './rights.ts'

/** What the reconciler observed and lists show: the column `clusters.facts`. Every part is the newest that was seen. */
export interface Facts
  extends Pick<
    Cluster,
    | 'version'
    | 'distribution'
    | 'provider'
    | 'region'
    | 'zones'
    | 'instanceTypes'
    | 'nodeCount'
    | 'readyNodeCount'
    | 'podCount'
    | 'capacity'
    | 'allocatable'
    | 'requested'
    | 'used'
  > {
  /** Whether `metrics.k8s.io` is served; null before it was looked at. */
  metrics: boolean | null
  /** Whether it has EKS Hybrid nodes, which stand outside of the cloud; null before a node was seen. */
  hybridNodes: boolean | null
  rights: Rights | null
}

const unknown = (): Detected => ({ value: null, evidence: [], limited: true })

/** The facts of a cluster of which nothing was read yet. */
export const noFacts = (): Facts => ({
  version: null,
  distribution: unknown(),
  provider: unknown(),
  region: null,
  zones: [],
  instanceTypes: [],
  nodeCount: null,
  readyNodeCount: null,
  podCount: null,
  capacity: null,
  allocatable: null,
  requested: null,
  used: null,
  metrics: null,
  hybridNodes: null,
  rights: null,
})

/** Facts as they were stored, by this version of the hub or an older one. */
export const readFacts = (stored: Record<string, unknown>): Facts => ({ ...noFacts(), ...(stored as Partial<Facts>) })
