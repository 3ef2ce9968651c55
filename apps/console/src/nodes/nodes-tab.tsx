import { EmptyState, EmptyStateBody, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core'
import ServerIcon from '@patternfly/react-icons/dist/esm/icons/server-icon'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { allPages, PAGE_SIZE } from '../api/all-pages.ts'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { sortingOf } from '../fleet/search-params.ts'
import { plural } from '../format/quantity.ts'
import { Grid } from '../grid/grid.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { nodeColumns } from './columns.tsx'
import { matchesNode } from './filter.ts'

/** Nodes that are loaded: the most that Kubernetes itself supports in one cluster. */
const MOST = 5000
const route = getRouteApi('/clusters/$cluster/nodes')

/** The nodes of a cluster. */
export function NodesTab() {
  const { cluster } = route.useParams()
  const hub = useHub()
  const [text, setText] = useState('')
  const [sorting, setSorting] = useState(() => sortingOf(undefined, 'name'))
  const nodes = useQuery({
    queryKey: keys.nodes(cluster),
    queryFn: ({ signal }) =>
      allPages(
        next =>
          hub.inventory.nodes({ cluster, limit: PAGE_SIZE, ...(next !== undefined && { continue: next }) }, { signal }),
        MOST,
      ),
  })
  const kept = useMemo(() => nodes.data?.items.filter(node => matchesNode(node, text)), [nodes.data, text])
  if (nodes.isError && !nodes.data) return <TroubleAlert error={nodes.error} retry={() => nodes.refetch()} />
  return (
    <>
      <Toolbar aria-label="Filters of the nodes">
        <ToolbarContent>
          <ToolbarItem className="toolbar-text">
            <SearchInput
              aria-label="Filter nodes"
              placeholder="Filter by name, role, zone, instance type…"
              value={text}
              onChange={(_event, value) => setText(value)}
              onClear={() => setText('')}
            />
          </ToolbarItem>
          <ToolbarItem align={{ default: 'alignEnd' }}>
            <span role="status">{nodes.data && kept ? counted(kept.length, nodes.data.total) : ''}</span>
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      <Grid
        label="Nodes"
        columns={nodeColumns}
        rows={kept}
        rowId={node => node.name}
        sorting={sorting}
        onSort={setSorting}
        empty={
          <EmptyState
            headingLevel="h2"
            variant="sm"
            icon={ServerIcon}
            titleText={text === '' ? 'No nodes are known' : 'No node matches'}
          >
            <EmptyStateBody>
              {text === ''
                ? 'The cluster has no nodes, or its credential may not read them: the inventory on the overview says which.'
                : 'No node has all of these words.'}
            </EmptyStateBody>
          </EmptyState>
        }
      />
    </>
  )
}

const counted = (kept: number, total: number) =>
  kept === total ? plural(total, 'node') : `${kept} of ${plural(total, 'node')}`
