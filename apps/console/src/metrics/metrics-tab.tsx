import {
  Card,
  CardBody,
  CardTitle,
  EmptyState,
  EmptyStateBody,
  Skeleton,
  ToggleGroup,
  ToggleGroupItem,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core'
import ChartLineIcon from '@patternfly/react-icons/dist/esm/icons/chart-line-icon'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { MetricCard } from './metric-card.tsx'
import { NodeReadings } from './node-readings.tsx'

/** ms between two reads: the hub reads every 15 s. */
const REFRESH = 15_000
const route = getRouteApi('/clusters/$cluster/metrics')
const ranges = ['1h', '24h', '7d'] as const
const rangeWords = { '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days' }

/** CPU and memory of a cluster over time. */
export function MetricsTab() {
  const { cluster } = route.useParams()
  const hub = useHub()
  const [range, setRange] = useState<(typeof ranges)[number]>('1h')
  const metrics = useQuery({
    queryKey: keys.metrics(cluster, range),
    queryFn: ({ signal }) => hub.inventory.metrics({ cluster, range }, { signal }),
    refetchInterval: REFRESH,
    placeholderData: keepPreviousData,
  })
  if (metrics.isError && !metrics.data) return <TroubleAlert error={metrics.error} retry={() => metrics.refetch()} />
  if (!metrics.data) return <Skeleton height="20rem" screenreaderText="Loading metrics" />
  const { available, reason, points } = metrics.data
  if (!available && points.length === 0)
    return (
      <EmptyState headingLevel="h2" icon={ChartLineIcon} titleText="No metrics-server">
        <EmptyStateBody>
          <p>{reason}</p>
          <p>Once the cluster serves metrics.k8s.io, its history fills here by itself.</p>
        </EmptyStateBody>
      </EmptyState>
    )
  return (
    <>
      <Toolbar aria-label="Range of the charts">
        <ToolbarContent>
          <ToolbarItem>
            <ToggleGroup aria-label="Range">
              {ranges.map(each => (
                <ToggleGroupItem
                  key={each}
                  text={rangeWords[each]}
                  isSelected={range === each}
                  onChange={() => setRange(each)}
                />
              ))}
            </ToggleGroup>
          </ToolbarItem>
          <ToolbarItem className="quiet">{reason}</ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      <div className="charts">
        <MetricCard which="cpu" metrics={metrics.data} range={rangeWords[range]} />
        <MetricCard which="memory" metrics={metrics.data} range={rangeWords[range]} />
      </div>
      <Card className="readings">
        <CardTitle component="h2">Newest reading of each node</CardTitle>
        <CardBody>
          <NodeReadings nodes={metrics.data.nodes} />
        </CardBody>
      </Card>
    </>
  )
}
