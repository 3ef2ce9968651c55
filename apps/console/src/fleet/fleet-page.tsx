import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  PageSection,
} from '@patternfly/react-core'
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { isUnreachable } from '../api/problem.ts'
import { Grid } from '../grid/grid.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import { useTitle } from '../shell/use-title.ts'
import { fleetColumns } from './columns.tsx'
import { EmptyFleet } from './empty-fleet.tsx'
import { type FleetFilter, readFilter } from './filter.ts'
import { FleetToolbar } from './fleet-toolbar.tsx'
import { FleetTotals } from './fleet-totals.tsx'
import { PhaseSummary } from './phase-summary.tsx'
import { filterOf, sortingOf, sortWord, withFilter } from './search-params.ts'
import { useFleet } from './use-fleet.ts'

const route = getRouteApi('/')

/** Every cluster at a glance. */
export function FleetPage() {
  useTitle('Fleet')
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const fleet = useFleet()
  const filter = filterOf(search)
  const { q, phase, project, selector } = search
  const read = useMemo(
    () =>
      readFilter(
        filterOf({
          ...(q && { q }),
          ...(phase && { phase }),
          ...(project && { project }),
          ...(selector && { selector }),
        }),
      ),
    [q, phase, project, selector],
  )
  const kept = useMemo(() => fleet.data?.filter(read.keep), [fleet.data, read])
  const sorting = useMemo(() => sortingOf(search.sort, 'name'), [search.sort])
  const onFilter = (part: Partial<FleetFilter>) =>
    navigate({ search: before => withFilter(before, part), replace: true, resetScroll: false })

  const clusters = fleet.data
  return (
    <>
      <PageHeading title="Fleet">
        {clusters && clusters.length > 0 && (
          <div className="fleet-heading">
            <FleetTotals clusters={clusters} />
            <Link to="/add/agent" className="pf-v6-c-button pf-m-primary">
              Add a cluster
            </Link>
          </div>
        )}
      </PageHeading>
      <PageSection isFilled aria-label="Clusters">
        {fleet.isError && !(clusters && isUnreachable(fleet.error)) && (
          <TroubleAlert error={fleet.error} retry={() => fleet.refetch()} />
        )}
        {clusters?.length === 0 && <EmptyFleet origin={window.location.origin} />}
        {clusters && clusters.length > 0 && (
          <>
            <PhaseSummary clusters={clusters} chosen={filter.phases} onChoose={phases => onFilter({ phases })} />
            <FleetToolbar
              clusters={clusters}
              kept={kept?.length ?? 0}
              filter={filter}
              selectorError={read.selectorError}
              onFilter={onFilter}
            />
          </>
        )}
        {clusters?.length !== 0 && !(fleet.isError && clusters === undefined) && (
          <Grid
            label="Clusters"
            columns={fleetColumns}
            rows={kept}
            rowId={cluster => cluster.id}
            sorting={sorting}
            onSort={next => {
              const { page: _, ...rest } = search
              const sort = sortWord(next)
              navigate({ search: { ...rest, ...(sort !== undefined && { sort }) }, replace: true, resetScroll: false })
            }}
            page={search.page ?? 1}
            onPage={page => navigate({ search: { ...search, page }, resetScroll: false })}
            empty={<NothingKept onClear={() => onFilter({ text: '', phases: [], project: '', selector: '' })} />}
          />
        )}
      </PageSection>
    </>
  )
}

function NothingKept({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState headingLevel="h2" titleText="No cluster matches" icon={SearchIcon} variant="sm">
      <EmptyStateBody>No cluster meets all of the filters.</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="link" onClick={onClear}>
            Clear filters
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  )
}
