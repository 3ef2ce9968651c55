import { WorkloadKind } from '@moorage/contract/inventory.ts'
import {
  Alert,
  EmptyState,
  EmptyStateBody,
  FormSelect,
  FormSelectOption,
  SearchInput,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core'
import CubesIcon from '@patternfly/react-icons/dist/esm/icons/cubes-icon'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { allPages, PAGE_SIZE } from '../api/all-pages.ts'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { sortingOf } from '../fleet/search-params.ts'
import { count, plural } from '../format/quantity.ts'
import { Grid } from '../grid/grid.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { workloadColumns } from './columns.tsx'
import { matchesWorkload } from './filter.ts'

/** Workloads that are loaded at once; beyond it, a kind narrows the list at the hub. */
const MOST = 3000
const route = getRouteApi('/clusters/$cluster/workloads')
type Kind = (typeof WorkloadKind.options)[number]

/** The workloads of a cluster. */
export function WorkloadsTab() {
  const { cluster } = route.useParams()
  const hub = useHub()
  const [kind, setKind] = useState<Kind | ''>('Deployment')
  const [text, setText] = useState('')
  const [sorting, setSorting] = useState(() => sortingOf(undefined, 'namespace'))
  const workloads = useQuery({
    queryKey: keys.workloads(cluster, { kind }),
    queryFn: ({ signal }) =>
      allPages(
        next =>
          hub.inventory.workloads(
            { cluster, limit: PAGE_SIZE, ...(kind !== '' && { kind }), ...(next !== undefined && { continue: next }) },
            { signal },
          ),
        MOST,
      ),
    placeholderData: keepPreviousData,
  })
  const kept = useMemo(
    () => workloads.data?.items.filter(workload => matchesWorkload(workload, text)),
    [workloads.data, text],
  )
  if (workloads.isError && !workloads.data)
    return <TroubleAlert error={workloads.error} retry={() => workloads.refetch()} />
  const { items, total } = workloads.data ?? { items: [], total: 0 }
  return (
    <>
      <Toolbar aria-label="Filters of the workloads">
        <ToolbarContent>
          <ToolbarItem>
            <FormSelect
              aria-label="Kind"
              value={kind}
              onChange={(_event, value) => setKind(WorkloadKind.options.find(option => option === value) ?? '')}
            >
              <FormSelectOption value="" label="All kinds" />
              {WorkloadKind.options.map(option => (
                <FormSelectOption key={option} value={option} label={`${option}s`} />
              ))}
            </FormSelect>
          </ToolbarItem>
          <ToolbarItem className="toolbar-text">
            <SearchInput
              aria-label="Filter workloads"
              placeholder="Filter by namespace, name, status, image…"
              value={text}
              onChange={(_event, value) => setText(value)}
              onClear={() => setText('')}
            />
          </ToolbarItem>
          <ToolbarItem align={{ default: 'alignEnd' }}>
            <span role="status">
              {kept &&
                (kept.length === total
                  ? plural(total, 'workload')
                  : `${count(kept.length)} of ${plural(total, 'workload')}`)}
            </span>
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {total > items.length && workloads.data && (
        <Alert
          isInline
          isPlain
          component="h2"
          variant="info"
          title={`The first ${count(items.length)} of ${count(total)} are loaded. Choose a kind to see the rest.`}
        />
      )}
      <Grid
        label="Workloads"
        columns={workloadColumns}
        rows={kept}
        rowId={({ kind: of, namespace, name }) => `${of}/${namespace}/${name}`}
        sorting={sorting}
        onSort={setSorting}
        empty={
          <EmptyState
            headingLevel="h2"
            variant="sm"
            icon={CubesIcon}
            titleText={text === '' ? 'There are none of these' : 'No workload matches'}
          >
            <EmptyStateBody>
              {text === '' ? 'The cluster has no workloads of this kind.' : 'No workload has all of these words.'}
            </EmptyStateBody>
          </EmptyState>
        }
      />
    </>
  )
}
