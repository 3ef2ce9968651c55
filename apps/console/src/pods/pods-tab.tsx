import {
  Alert,
  EmptyState,
  EmptyStateBody,
  SearchInput,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core'
import CubeIcon from '@patternfly/react-icons/dist/esm/icons/cube-icon'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { allPages, PAGE_SIZE } from '../api/all-pages.ts'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { sortingOf } from '../fleet/search-params.ts'
import { count, plural } from '../format/quantity.ts'
import { Grid } from '../grid/grid.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
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
  const [sorting, setSorting] = useState(() => sortingOf(undefined, 'namespace'))
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
  const kept = useMemo(() => pods.data?.items.filter(pod => matchesPod(pod, find)), [pods.data, find])
  if (pods.isError && !pods.data) return <TroubleAlert error={pods.error} retry={() => pods.refetch()} />
  const { items, total } = pods.data ?? { items: [], total: 0 }
  const setFind = (text: string) => void navigate({ search: text === '' ? {} : { find: text }, replace: true })
  return (
    <>
      <Toolbar aria-label="Filters of the pods">
        <ToolbarContent>
          <ToolbarItem className="toolbar-text">
            <SearchInput
              aria-label="Filter pods"
              placeholder="Filter by namespace, name, status, node, image…"
              value={find}
              onChange={(_event, value) => setFind(value)}
              onClear={() => setFind('')}
            />
          </ToolbarItem>
          <ToolbarItem align={{ default: 'alignEnd' }}>
            <span role="status">
              {kept &&
                (kept.length === total ? plural(total, 'pod') : `${count(kept.length)} of ${plural(total, 'pod')}`)}
            </span>
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {total > items.length && pods.data && (
        <Alert
          isInline
          isPlain
          component="h2"
          variant="info"
          title={`The first ${count(items.length)} of ${count(total)} are loaded. The search at the top finds the rest.`}
        />
      )}
      <Grid
        label="Pods"
        columns={terminals?.pod ? columnsWithTerminal : podColumns}
        rows={kept}
        rowId={({ uid }) => uid}
        sorting={sorting}
        onSort={setSorting}
        empty={
          <EmptyState
            headingLevel="h2"
            variant="sm"
            icon={CubeIcon}
            titleText={find === '' ? 'No pods are known' : 'No pod matches'}
          >
            <EmptyStateBody>
              {find === '' ? 'The cluster has no pods that you may see.' : 'No pod has all of these words.'}
            </EmptyStateBody>
          </EmptyState>
        }
      />
    </>
  )
}
