import type { Cluster } from '@moorage/contract/cluster.ts'
import { bytes, cpu, percent } from '../format/quantity.ts'

/** One resource of a cluster or node: how much there is, how much is promised to pods, how much is in use. */
export interface Usage {
  capacity: number
  requested: number | null
  used: number | null
}

type Sums = Pick<Cluster, 'allocatable' | 'capacity' | 'requested' | 'used'>

/** What pods can get of a resource, or null before nodes were read. */
export function usageOf(cluster: Sums, resource: 'cpuMilli' | 'memoryBytes'): Usage | null {
  const capacity = (cluster.allocatable ?? cluster.capacity)?.[resource]
  if (capacity === undefined) return null
  return { capacity, requested: cluster.requested?.[resource] ?? null, used: cluster.used?.[resource] ?? null }
}

/** The share in use or else requested: what a column of usage is sorted by. -1 where nothing is known. */
export function load(usage: Usage | null): number {
  if (usage === null || usage.capacity <= 0) return -1
  return (usage.used ?? usage.requested ?? 0) / usage.capacity
}

/** A share as percent of the width of a bar, never outside of it. */
export const width = (part: number | null, whole: number): number =>
  part === null || whole <= 0 ? 0 : Math.min(100, Math.max(0, (part / whole) * 100))

/** A usage in words, for tooltips and for those who do not see the bar. */
export function inWords(usage: Usage, resource: 'cpuMilli' | 'memoryBytes'): string {
  const format = resource === 'cpuMilli' ? cpu : bytes
  const share = (part: number) => {
    const text = percent(part, usage.capacity)
    return text ? ` (${text})` : ''
  }
  const requested =
    usage.requested === null ? 'requests unknown' : `${format(usage.requested)} requested${share(usage.requested)}`
  const used = usage.used === null ? 'use not measured' : `${format(usage.used)} used${share(usage.used)}`
  return `${format(usage.capacity)} allocatable, ${requested}, ${used}`
}
