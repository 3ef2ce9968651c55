import ServerIcon from '@patternfly/react-icons/dist/esm/icons/server-icon'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { allPages, PAGE_SIZE } from '../api/all-pages.ts'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { ListingGrid } from '../grid/listing-grid.tsx'
import { nodeColumns } from './columns.tsx'
import { matchesNode } from './filter.ts'

/** Nodes that are loaded: the most that Kubernetes itself supports in one cluster. */
const MOST = 5000
const route = getRouteApi('/clusters/$cluster/nodes')

/** The nodes of a cluster. */
export function NodesTab() {
  const { cluster } = route.useParams()
  const hub = useHub()
  const [find, setFind] = useState('')
  const nodes = useQuery({
    queryKey: keys.nodes(cluster),
    queryFn: ({ signal }) =>
      allPages(
        next =>
          hub.inventory.nodes({ cluster, limit: PAGE_SIZE, ...(next !== undefined && { continue: next }) }, { signal }),
        MOST,
      ),
  })
  return (
    <ListingGrid
      noun="node"
      listing={nodes}
      columns={nodeColumns}
      rowId={({ name }) => name}
      sortBy="name"
      findBy="name, role, zone, instance type"
      matches={matchesNode}
      find={find}
      onFind={setFind}
      beyond="The search at the top finds the rest."
      none={{
        icon: ServerIcon,
        title: 'No nodes are known',
        body: 'The cluster has no nodes, or its credential may not read them: the inventory on the overview says which.',
      }}
    />
  )
}
