import type { Metrics } from '@moorage/contract/inventory.ts'
import { readSync } from '../store/inventory-sync.ts'
import { COARSE_STEP, FINE_STEP, readSamples, readUsage } from '../store/samples.ts'
import type { QueriedCluster, QueryDeps } from './deps.ts'
import { METRICS_FRESH_MS, METRICS_KIND } from './limits.ts'
import { readAllocatable } from './summary.ts'

const HOUR = 3_600_000

/** How far back each range goes, in ms, and at which step. */
const ranges = {
  '1h': { ms: HOUR, step: FINE_STEP },
  '24h': { ms: 24 * HOUR, step: COARSE_STEP },
  '7d': { ms: 7 * 24 * HOUR, step: COARSE_STEP },
} as const

/** CPU and memory of one cluster over time, and the newest reading of each node. */
export async function readMetrics(
  deps: QueryDeps,
  cluster: QueriedCluster,
  query: { range: keyof typeof ranges },
): Promise<Metrics> {
  const { db } = deps.store
  const at = deps.now()
  const { ms, step } = ranges[query.range]
  const [sync, points, usage, allocatable] = await Promise.all([
    readSync(db, cluster.id),
    readSamples(db, cluster.id, step, new Date(at.getTime() - ms)),
    readUsage(db, cluster.id),
    readAllocatable(deps, cluster.id),
  ])
  const state = sync.find(({ kind }) => kind === METRICS_KIND)
  const fresh = usage.filter(reading => at.getTime() - reading.at.getTime() <= METRICS_FRESH_MS)
  return {
    available: fresh.length > 0,
    reason: reasonOf(state?.message ?? null, fresh.length > 0, usage.at(-1)?.at ?? null),
    stepSeconds: step,
    points,
    allocatable,
    nodes: fresh.map(({ node, cpu_milli, memory_bytes, at: read }) => ({
      name: node,
      cpuMilli: cpu_milli,
      memoryBytes: memory_bytes,
      at: read.toISOString(),
    })),
  }
}

function reasonOf(message: string | null, available: boolean, newest: Date | null): string {
  if (available) return 'Read from metrics.k8s.io every 15 s.'
  if (message !== null) return message
  if (newest !== null) return `The newest reading is from ${newest.toISOString()}; the cluster gave none since.`
  return 'Metrics were not looked for yet.'
}
