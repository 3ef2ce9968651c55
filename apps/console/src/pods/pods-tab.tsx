import CubeIcon from '@patternfly/react-icons/dist/esm/icons/cube-icon'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { allPages, PAGE_SIZE } from '../api/all-pages.ts'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { ListingGrid } from '../grid/listing-grid.tsx'
import { useTerminals } from '../terminal/use-terminals.ts'
import { columnsWithTerminal, podColumns } from './columns.tsx'
import { matchesPod } from './filter.ts'

/** Pods that are loaded at once. */
const MOST = 5000
const route = getRouteApi('/clusters/$cluster/pods')

/** The pods of a cluster, each with the way to its terminal. */
export function PodsTab() {
  const { cluster } = route.useParams()
  const { find = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const hub = useHub()
  const terminals = useTerminals()
  const pods = useQuery({
    queryKey: keys.pods(cluster),
    queryFn: ({ signal }) =>
      allPages(
        next =>
          hub.inventory.objects(
            { cluster, kind: 'Pod', limit: PAGE_SIZE, ...(next !== undefined && { continue: next }) },
            { signal },
          ),
        MOST,
      ),
  })
  return (
    <ListingGrid
      noun="pod"
      listing={pods}
      columns={terminals?.pod ? columnsWithTerminal : podColumns}
      rowId={({ uid }) => uid}
      sortBy="namespace"
      findBy="namespace, name, status, node, image"
      matches={matchesPod}
      find={find}
      onFind={text => void navigate({ search: text === '' ? {} : { find: text }, replace: true })}
      beyond="The search at the top finds the rest."
      none={{ icon: CubeIcon, title: 'No pods are known', body: 'The cluster has no pods that you may see.' }}
    />
  )
}
