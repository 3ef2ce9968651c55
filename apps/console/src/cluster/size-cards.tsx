import type { Cluster } from '@moorage/contract/cluster.ts'
import { Card, CardBody } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { usageOf } from '../fleet/usage.ts'
import { count } from '../format/quantity.ts'
import { UsagePanel } from './usage-panel.tsx'

/** The size of a cluster in four cards. */
export function SizeCards({ cluster }: { cluster: Cluster }) {
  const { nodeCount, readyNodeCount, podCount, allocatable } = cluster
  const missing = nodeCount !== null && readyNodeCount !== null ? nodeCount - readyNodeCount : 0
  return (
    <div className="size-cards">
      <Card isCompact>
        <CardBody>
          <h2 className="size-cards__name">Nodes ready</h2>
          <Link to="/clusters/$cluster/nodes" params={{ cluster: cluster.name }} className="size-cards__number">
            {nodeCount === null ? '–' : `${readyNodeCount === null ? '–' : count(readyNodeCount)}/${count(nodeCount)}`}
          </Link>
          <p className={missing > 0 ? 'size-cards__bad' : 'quiet'}>
            {nodeCount === null ? 'not read yet' : missing > 0 ? `${count(missing)} not ready` : 'all ready'}
          </p>
        </CardBody>
      </Card>
      <Card isCompact>
        <CardBody>
          <h2 className="size-cards__name">Pods</h2>
          <Link to="/search" search={{ find: `cluster:${cluster.name} kind:Pod` }} className="size-cards__number">
            {podCount === null ? '–' : count(podCount)}
          </Link>
          <p className="quiet">{allocatable ? `room for ${count(allocatable.pods)}` : 'not read yet'}</p>
        </CardBody>
      </Card>
      <UsagePanel name="CPU" resource="cpuMilli" usage={usageOf(cluster, 'cpuMilli')} />
      <UsagePanel name="Memory" resource="memoryBytes" usage={usageOf(cluster, 'memoryBytes')} />
    </div>
  )
}
