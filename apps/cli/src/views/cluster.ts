import type { Cluster } from '@moorage/contract/cluster.ts'
import { showLabels } from '../args/labels.ts'
import { age } from '../print/age.ts'
import { clean } from '../print/clean.ts'
import { type Paint, paintPhase } from '../print/colour.ts'
import type { ListView } from '../print/output.ts'
import { cpu, memory, percent } from '../print/quantity.ts'

/** s; what was last seen longer ago than this is stale, and says so. */
const STALE_AFTER = 15

/** How lists show clusters. */
export const clusterView = (now: Date, paint: Paint): ListView<Cluster> => ({
  name: cluster => cluster.name,
  empty:
    'No clusters. Import one by an agent with "moorage cluster import NAME", or connect one with "moorage cluster connect NAME --kubeconfig FILE".',
  columns: [
    { title: 'NAME', value: cluster => cluster.name },
    { title: 'PHASE', value: cluster => paintPhase(paint, cluster.phase) },
    { title: 'MODE', value: cluster => cluster.mode, drop: 3 },
    { title: 'VERSION', value: cluster => clean(cluster.version ?? '-'), drop: 1 },
    { title: 'DISTRIBUTION', value: cluster => clean(cluster.distribution.value ?? '-'), drop: 4 },
    { title: 'PROVIDER', value: cluster => clean(cluster.provider.value ?? '-'), drop: 5 },
    { title: 'REGION', value: cluster => clean(cluster.region ?? '-'), drop: 2 },
    { title: 'NODES', value: readyNodes },
    { title: 'CPU', value: cluster => requestedShare(cluster, 'cpuMilli'), align: 'right' },
    { title: 'MEMORY', value: cluster => requestedShare(cluster, 'memoryBytes'), align: 'right' },
    { title: 'SEEN', value: cluster => seen(cluster, now, paint) },
    { title: 'AGE', value: cluster => age(cluster.createdAt, now), drop: 6 },
  ],
  wide: [
    { title: 'PROJECT', value: cluster => cluster.project },
    { title: 'CONNECTION', value: cluster => cluster.connection },
    { title: 'ORIGIN', value: cluster => cluster.origin },
    { title: 'PODS', value: cluster => `${cluster.podCount ?? '-'}`, align: 'right' },
    { title: 'CAPACITY', value: capacity },
    { title: 'INSTANCE TYPES', value: instanceTypes },
    { title: 'LABELS', value: cluster => showLabels(cluster.labels) || '-' },
    { title: 'UID', value: cluster => cluster.uid ?? '' },
  ],
})

/** `2/3`: ready of all. */
export const readyNodes = (cluster: Cluster) =>
  cluster.nodeCount === null ? '-' : `${cluster.readyNodeCount ?? '?'}/${cluster.nodeCount}`

/** `m5.large ×3, t3.small ×1` */
export const instanceTypes = (cluster: Cluster) =>
  cluster.instanceTypes.map(({ name, count }) => `${clean(name)} ×${count}`).join(', ') || '-'

function seen(cluster: Cluster, now: Date, paint: Paint): string {
  if (cluster.lastSeen === null) return paint('dim', 'never')
  const text = `${age(cluster.lastSeen, now)} ago`
  const stale = now.getTime() - Date.parse(cluster.lastSeen) > STALE_AFTER * 1000
  return stale ? paint('yellow', text) : text
}

const requestedShare = ({ requested, allocatable }: Cluster, key: 'cpuMilli' | 'memoryBytes') =>
  requested && allocatable ? percent(requested[key], allocatable[key]) : '-'

const capacity = ({ capacity: all }: Cluster) => (all ? `${cpu(all.cpuMilli)} / ${memory(all.memoryBytes)}` : '-')
