import type { Cluster } from '@moorage/contract/cluster.ts'
import { bytes, count, cpu } from '../format/quantity.ts'
import { totals } from './totals.ts'

/** The size of the fleet in one line. */
export function FleetTotals({ clusters }: { clusters: Cluster[] }) {
  const sum = totals(clusters)
  const facts = [
    ['Clusters', count(sum.clusters)],
    ['Nodes ready', `${count(sum.readyNodes)}/${count(sum.nodes)}`],
    ['Pods', count(sum.pods)],
    ['CPU', cpu(sum.cpuMilli)],
    ['Memory', bytes(sum.memoryBytes)],
  ]
  return (
    <dl className="totals">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
