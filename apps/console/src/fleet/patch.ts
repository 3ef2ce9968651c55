import type { Cluster } from '@moorage/contract/cluster.ts'

/** The fleet with one cluster put in or replaced, in order of name. */
export function withCluster(fleet: readonly Cluster[], cluster: Cluster): Cluster[] {
  const at = fleet.findIndex(({ id }) => id === cluster.id)
  if (at >= 0 && fleet[at]?.name === cluster.name) return fleet.with(at, cluster)
  return [...fleet.filter(({ id }) => id !== cluster.id), cluster].sort((a, b) => a.name.localeCompare(b.name))
}

/** The fleet without one cluster. */
export const withoutCluster = (fleet: readonly Cluster[], id: string): Cluster[] =>
  fleet.filter(cluster => cluster.id !== id)
