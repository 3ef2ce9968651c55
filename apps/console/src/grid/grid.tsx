import { Pagination } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { type SortingState, useTable } from '@tanstack/react-table'
import { type ReactNode, useState } from 'react'
import { type Column, features } from './columns.ts'
import { SkeletonRows } from './skeleton-rows.tsx'

/** Rows on a page: few enough to draw at once, whatever the length of the list. */
const PAGE_SIZE = 50
const PAGE_SIZES = [25, 50, 100].map(value => ({ title: String(value), value }))

interface GridProps<T extends object> {
  /** What the table is of, for those who can not see it. */
  label: string
  columns: Column<T>[]
  /** undefined while loading. */
  rows: T[] | undefined
  rowId: (row: T) => string
  sorting: SortingState
  onSort: (sorting: SortingState) => void
  /** From 1. Without it the table keeps the page itself. */
  page?: number | undefined
  onPage?: (page: number) => void
  /** Shown where there is no row. */
  empty: ReactNode
}

/** A sorted and paged table. On a narrow screen each row becomes a card. */
export function Grid<T extends object>(props: GridProps<T>) {
  const { label, columns, rows, rowId, sorting, onSort, empty } = props
  const [ownPage, setOwnPage] = useState(1)
  const [pageSize, setPageSize] = useState(PAGE_SIZE)
  const setPage = props.onPage ?? setOwnPage
  const pages = Math.max(1, Math.ceil((rows?.length ?? 0) / pageSize))
  const page = rows === undefined ? 1 : Math.min(props.page ?? ownPage, pages)
  const table = useTable({
    features,
    columns,
    data: rows ?? none,
    getRowId: rowId,
    state: { sorting, pagination: { pageIndex: page - 1, pageSize } },
    autoResetPageIndex: false,
  })
  if (rows?.length === 0) return <>{empty}</>
  const [sorted] = sorting
  const headers = table.getHeaderGroups()[0]?.headers ?? []
  const sortedIndex = headers.findIndex(header => header.column.id === sorted?.id)
  return (
    <>
      <div className="table-scroll">
        <Table
          aria-label={label}
          variant="compact"
          gridBreakPoint="grid-lg"
          className="grid-table"
          aria-busy={rows === undefined}
        >
          <Thead>
            <Tr>
              {headers.map((header, index) => (
                <Th
                  key={header.id}
                  className={header.column.columnDef.meta?.className ?? ''}
                  modifier="nowrap"
                  {...(header.column.getCanSort() && {
                    sort: {
                      columnIndex: index,
                      sortBy: {
                        ...(sortedIndex >= 0 && { index: sortedIndex, direction: sorted?.desc ? 'desc' : 'asc' }),
                        defaultDirection: header.column.columnDef.sortDescFirst ? 'desc' : 'asc',
                      },
                      onSort: (_event, _index, direction) =>
                        onSort([{ id: header.column.id, desc: direction === 'desc' }]),
                    },
                  })}
                >
                  {String(header.column.columnDef.header)}
                </Th>
              ))}
            </Tr>
          </Thead>
          <Tbody>
            {rows === undefined ? (
              <SkeletonRows columns={headers.length} />
            ) : (
              table.getRowModel().rows.map(row => (
                <Tr key={row.id}>
                  {row.getAllCells().map(cell => (
                    <Td
                      key={cell.id}
                      dataLabel={String(cell.column.columnDef.header)}
                      className={cell.column.columnDef.meta?.className ?? ''}
                      {...(cell.column.columnDef.meta?.tight && { modifier: 'nowrap' as const })}
                    >
                      <table.FlexRender cell={cell} />
                    </Td>
                  ))}
                </Tr>
              ))
            )}
          </Tbody>
        </Table>
      </div>
      {rows !== undefined && rows.length > PAGE_SIZE / 2 && (
        <Pagination
          itemCount={rows.length}
          page={page}
          perPage={pageSize}
          perPageOptions={PAGE_SIZES}
          onSetPage={(_event, next) => setPage(next)}
          onPerPageSelect={(_event, size) => {
            setPageSize(size)
            setPage(1)
          }}
          variant="bottom"
          isCompact={rows.length <= pageSize}
          titles={{ paginationAriaLabel: `Pages of ${label}` }}
        />
      )}
    </>
  )
}

const none: never[] = []
