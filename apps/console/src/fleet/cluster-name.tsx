import type { Cluster } from '@moorage/contract/cluster.ts'
import { Link } from '@tanstack/react-router'
import { whyPhase } from '../phase/explain.ts'
import { PhaseDot } from '../phase/phase-dot.tsx'

/** A cluster's circle and name; where it is not simply running, also why, so that nobody has to hover to know. */
export function ClusterName({ cluster }: { cluster: Cluster }) {
  return (
    <span className="cluster-name">
      <PhaseDot cluster={cluster} />
      <span className="two-lines">
        <Link to="/clusters/$cluster" params={{ cluster: cluster.name }} className="cluster-name__link">
          {cluster.name}
        </Link>
        {cluster.phase !== 'Running' && (
          <span className="quiet cluster-name__why" title={whyPhase(cluster)}>
            <strong>{cluster.phase}</strong> {whyPhase(cluster)}
          </span>
        )}
      </span>
    </span>
  )
}
