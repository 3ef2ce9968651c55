import { WorkloadKind } from '@moorage/contract/inventory.ts'
import { FormSelect, FormSelectOption } from '@patternfly/react-core'
import CubesIcon from '@patternfly/react-icons/dist/esm/icons/cubes-icon'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { allPages, PAGE_SIZE } from '../api/all-pages.ts'
import { useHub } from '../api/hub-context.tsx'
import { keys } from '../api/keys.ts'
import { ListingGrid } from '../grid/listing-grid.tsx'
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
  const [find, setFind] = useState('')
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
  return (
    <ListingGrid
      noun="workload"
      listing={workloads}
      columns={workloadColumns}
      rowId={({ kind: of, namespace, name }) => `${of}/${namespace}/${name}`}
      sortBy="namespace"
      findBy="namespace, name, status, image"
      matches={matchesWorkload}
      find={find}
      onFind={setFind}
      filter={
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
      }
      beyond="Choose a kind to see the rest."
      none={{
        icon: CubesIcon,
        title: 'There are none of these',
        body: 'The cluster has no workloads of this kind.',
      }}
    />
  )
}
