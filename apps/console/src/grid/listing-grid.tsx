import {
  Alert,
  EmptyState,
  EmptyStateBody,
  SearchInput,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core'
import type { UseQueryResult } from '@tanstack/react-query'
import { type ComponentType, type ReactNode, useMemo, useState } from 'react'
import type { Listing } from '../api/all-pages.ts'
import { sortingOf } from '../fleet/search-params.ts'
import { count, plural } from '../format/quantity.ts'
import { TroubleAlert } from '../shell/trouble-alert.tsx'
import type { Column } from './columns.ts'
import { Grid } from './grid.tsx'

interface ListingGridProps<T extends object> {
  /** One of what is listed, such as `pod`. */
  noun: string
  /** As far as it was read: the hub may have more. */
  listing: UseQueryResult<Listing<T>>
  columns: Column<T>[]
  rowId: (row: T) => string
  /** Column that the rows are sorted by at first. */
  sortBy: string
  /** What `matches` looks at, for people. */
  findBy: string
  matches: (row: T, find: string) => boolean
  find: string
  onFind: (find: string) => void
  /** What narrows the list at the hub. */
  filter?: ReactNode
  /** How to see the rest, where not all of it was read. */
  beyond: string
  /** Shown where there is nothing, whatever is looked for. */
  none: { icon: ComponentType; title: string; body: string }
}

/** A list of the inventory that was read as a whole: found in by words, sorted, counted. */
export function ListingGrid<T extends object>(props: ListingGridProps<T>) {
  const { noun, listing, columns, rowId, matches, find, onFind, beyond, none } = props
  const [sorting, setSorting] = useState(() => sortingOf(undefined, props.sortBy))
  const { data } = listing
  const kept = useMemo(() => data?.items.filter(row => matches(row, find)), [data, matches, find])
  if (listing.isError && !data) return <TroubleAlert error={listing.error} retry={() => listing.refetch()} />
  return (
    <>
      <Toolbar aria-label={`Filters of the ${noun}s`}>
        <ToolbarContent>
          {props.filter && <ToolbarItem>{props.filter}</ToolbarItem>}
          <ToolbarItem className="toolbar-text">
            <SearchInput
              aria-label={`Filter ${noun}s`}
              placeholder={`Filter by ${props.findBy}…`}
              value={find}
              onChange={(_event, value) => onFind(value)}
              onClear={() => onFind('')}
            />
          </ToolbarItem>
          <ToolbarItem align={{ default: 'alignEnd' }}>
            <span role="status">{data && kept && counted(kept.length, data.total, noun)}</span>
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {data && data.total > data.items.length && (
        <Alert
          isInline
          isPlain
          component="h2"
          variant="info"
          title={`The first ${count(data.items.length)} of ${count(data.total)} are loaded. ${beyond}`}
        />
      )}
      <Grid
        label={`${noun.charAt(0).toUpperCase()}${noun.slice(1)}s`}
        columns={columns}
        rows={kept}
        rowId={rowId}
        sorting={sorting}
        onSort={setSorting}
        empty={
          <EmptyState
            headingLevel="h2"
            variant="sm"
            icon={none.icon}
            titleText={find === '' ? none.title : `No ${noun} matches`}
          >
            <EmptyStateBody>{find === '' ? none.body : `No ${noun} has all of these words.`}</EmptyStateBody>
          </EmptyState>
        }
      />
    </>
  )
}

const counted = (kept: number, total: number, noun: string) =>
  kept === total ? plural(total, noun) : `${count(kept)} of ${plural(total, noun)}`
