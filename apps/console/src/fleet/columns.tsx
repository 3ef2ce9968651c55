import type { Cluster } from '@moorage/contract/cluster.ts'
import { LastSeen } from '../format/last-seen.tsx'
import { count } from '../format/quantity.ts'
import { type Column, column } from '../grid/columns.ts'
import { ClusterName } from './cluster-name.tsx'
import { Labels } from './labels.tsx'
import { NodeCount } from './node-count.tsx'
import { platformName } from './platform.ts'
import { load, usageOf } from './usage.ts'
import { UsageBar } from './usage-bar.tsx'

/** The columns of the fleet. */
export const fleetColumns: Column<Cluster>[] = [
  column({
    id: 'name',
    header: 'Name',
    by: cluster => cluster.name,
    cell: cluster => <ClusterName cluster={cluster} />,
  }),
  column({
    id: 'project',
    header: 'Project, labels',
    by: cluster => cluster.project,
    cell: cluster => (
      <span className="two-lines">
        <span>{cluster.project}</span>
        {Object.keys(cluster.labels).length > 0 && <Labels labels={cluster.labels} />}
      </span>
    ),
  }),
  column({
    id: 'distribution',
    header: 'Platform, region',
    by: cluster => `${cluster.distribution.value ?? ''} ${cluster.provider.value ?? ''} ${cluster.region ?? ''}`,
    cell: cluster => <Platform cluster={cluster} />,
  }),
  column({
    id: 'version',
    header: 'Version',
    by: cluster => cluster.version,
    cell: cluster => cluster.version ?? <span className="quiet">unknown</span>,
    className: 'column-version',
  }),
  column({
    id: 'nodes',
    header: 'Nodes',
    by: cluster => cluster.nodeCount,
    cell: cluster => <NodeCount ready={cluster.readyNodeCount} total={cluster.nodeCount} />,
    largestFirst: true,
    tight: true,
  }),
  column({
    id: 'pods',
    header: 'Pods',
    by: cluster => cluster.podCount,
    cell: cluster => (cluster.podCount === null ? <span className="quiet">–</span> : count(cluster.podCount)),
    largestFirst: true,
    tight: true,
  }),
  column({
    id: 'cpu',
    header: 'CPU',
    by: cluster => load(usageOf(cluster, 'cpuMilli')),
    cell: cluster => <UsageBar name="CPU" resource="cpuMilli" usage={usageOf(cluster, 'cpuMilli')} />,
    largestFirst: true,
  }),
  column({
    id: 'memory',
    header: 'Memory',
    by: cluster => load(usageOf(cluster, 'memoryBytes')),
    cell: cluster => <UsageBar name="Memory" resource="memoryBytes" usage={usageOf(cluster, 'memoryBytes')} />,
    largestFirst: true,
  }),
  column({
    id: 'seen',
    header: 'Last seen',
    by: cluster => (cluster.lastSeen === null ? null : Date.parse(cluster.lastSeen)),
    cell: cluster => <LastSeen at={cluster.lastSeen} />,
    largestFirst: true,
    tight: true,
  }),
]

function Platform({ cluster }: { cluster: Cluster }) {
  const { distribution, provider, region } = cluster
  const where = [platformName(provider.value), region].filter(word => word !== null).join(' · ')
  return (
    <span className="two-lines">
      <span>{platformName(distribution.value) ?? <span className="quiet">unknown</span>}</span>
      {where !== '' && <span className="quiet">{where}</span>}
    </span>
  )
}
