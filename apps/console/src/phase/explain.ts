import type { Condition, Phase } from '@moorage/contract/cluster.ts'
import { lookOf } from './phase.ts'

const severityRank = { error: 0, warning: 1, info: 2 } as const

/** True where a condition says that something is not as it should be. */
export const isTrouble = (condition: Condition): boolean => condition.severity !== 'info' && condition.status !== 'True'

/** Conditions with those that want attention first: worst first, then the newest change first. */
export function byUrgency(conditions: readonly Condition[]): Condition[] {
  const rank = (c: Condition) =>
    (c.status === 'True' ? 10 : c.status === 'False' ? 0 : 5) + (c.status === 'True' ? 0 : severityRank[c.severity])
  return [...conditions].sort(
    (a, b) => rank(a) - rank(b) || Date.parse(b.lastTransition) - Date.parse(a.lastTransition),
  )
}

/** The condition that explains the phase best: the worst trouble, or of a running cluster that it answers. */
export function explaining(cluster: { phase: Phase; conditions: readonly Condition[] }): Condition | null {
  const [worst] = byUrgency(cluster.conditions.filter(isTrouble))
  if (worst) return worst
  return (cluster.phase === 'Running' && cluster.conditions.find(({ type }) => type === 'APIServerReachable')) || null
}

/** One sentence on why the cluster is in its phase. */
export const whyPhase = (cluster: { phase: Phase; conditions: readonly Condition[] }): string =>
  explaining(cluster)?.message || lookOf(cluster.phase).meaning
