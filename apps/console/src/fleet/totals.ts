import type { Cluster } from '@moorage/contract/cluster.ts'

/** Sums over the fleet, of what is known. */
export interface Totals {
  clusters: number
  nodes: number
  readyNodes: number
  pods: number
  cpuMilli: number
  memoryBytes: number
}

/** Adds up what clusters say of themselves. */
export function totals(clusters: readonly Cluster[]): Totals {
  const sum = { clusters: clusters.length, nodes: 0, readyNodes: 0, pods: 0, cpuMilli: 0, memoryBytes: 0 }
  for (const cluster of clusters) {
    sum.nodes += cluster.nodeCount ?? 0
    sum.readyNodes += cluster.readyNodeCount ?? 0
    sum.pods += cluster.podCount ?? 0
    sum.cpuMilli += cluster.allocatable?.cpuMilli ?? 0
    sum.memoryBytes += cluster.allocatable?.memoryBytes ?? 0
  }
  return sum
}
