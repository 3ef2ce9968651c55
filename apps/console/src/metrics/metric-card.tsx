import type { Metrics } from '@moorage/contract/inventory.ts'
import { Card, CardBody, CardTitle } from '@patternfly/react-core'
import { useMemo } from 'react'
import { Chart } from './chart.tsx'
import { seriesOf, summary } from './series.ts'
import { units } from './units.ts'

interface MetricCardProps {
  which: 'cpu' | 'memory'
  metrics: Metrics
  range: string
}

/** One chart with its newest value. */
export function MetricCard({ which, metrics, range }: MetricCardProps) {
  const { points, stepSeconds, allocatable } = metrics
  const unit = units[which]
  const { name, format } = unit
  const series = useMemo(() => seriesOf(points, which, stepSeconds), [points, which, stepSeconds])
  const limit = (which === 'cpu' ? allocatable?.cpuMilli : allocatable?.memoryBytes) ?? null
  const sum = useMemo(() => summary(series.values), [series])
  return (
    <Card>
      <CardTitle component="h2">
        {name}
        {sum && <span className="metric-now"> {format(sum.newest)}</span>}
      </CardTitle>
      <CardBody>
        {sum === null ? (
          <p className="quiet">There are no readings in this range yet.</p>
        ) : (
          <Chart
            series={series}
            limit={limit}
            unit={unit}
            sync="metrics"
            words={`${name}, ${range.toLowerCase()}: now ${format(sum.newest)}, between ${format(sum.least)} and ${format(sum.most)}${limit === null ? '' : `, of ${format(limit)} allocatable`}.`}
          />
        )}
      </CardBody>
    </Card>
  )
}
