import type { Metrics } from '@moorage/contract/inventory.ts'
import { useState } from 'react'
import { sortingOf } from '../fleet/search-params.ts'
import { Age } from '../format/age.tsx'
import { bytes, cpu } from '../format/quantity.ts'
import { type Column, column } from '../grid/columns.ts'
import { Grid } from '../grid/grid.tsx'

type Reading = Metrics['nodes'][number]

const columns: Column<Reading>[] = [
  column({
    id: 'name',
    header: 'Node',
    by: node => node.name,
    cell: node => <span className="breakable">{node.name}</span>,
  }),
  column({
    id: 'cpu',
    header: 'CPU',
    by: node => node.cpuMilli,
    cell: node => cpu(node.cpuMilli),
    largestFirst: true,
    tight: true,
  }),
  column({
    id: 'memory',
    header: 'Memory',
    by: node => node.memoryBytes,
    cell: node => bytes(node.memoryBytes),
    largestFirst: true,
    tight: true,
  }),
  column({
    id: 'at',
    header: 'Read',
    by: node => Date.parse(node.at),
    cell: node => <Age at={node.at} suffix />,
    tight: true,
  }),
]

/** What each node used when it was last read. */
export function NodeReadings({ nodes }: { nodes: Reading[] }) {
  const [sorting, setSorting] = useState(() => sortingOf(undefined, '-cpu'))
  return (
    <Grid
      label="Newest readings"
      columns={columns}
      rows={nodes}
      rowId={node => node.name}
      sorting={sorting}
      onSort={setSorting}
      empty={<p className="quiet">No node was read yet.</p>}
    />
  )
}
