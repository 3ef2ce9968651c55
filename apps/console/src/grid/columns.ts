import {
  type ColumnDef,
  createPaginatedRowModel,
  createSortedRowModel,
  metaHelper,
  rowPaginationFeature,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'
import type { ReactNode } from 'react'
import { compare, type Sortable } from './compare.ts'

interface ColumnMeta {
  className?: string | undefined
  /** Wraps nothing: for short words and numbers. */
  tight?: boolean | undefined
}

/** What the tables of the console do: sort and page on what is loaded. */
export const features = tableFeatures({
  rowSortingFeature,
  rowPaginationFeature,
  sortedRowModel: createSortedRowModel(),
  paginatedRowModel: createPaginatedRowModel(),
  columnMeta: metaHelper<ColumnMeta>(),
})

/** A column of a table of `T`. */
export type Column<T extends object> = ColumnDef<typeof features, T>

interface ColumnSpec<T> extends ColumnMeta {
  id: string
  header: string
  /** What the column is sorted by; columns without one are not sorted. */
  by?: (row: T) => Sortable
  cell: (row: T) => ReactNode
  /** Starts with the largest: for loads and ages. */
  largestFirst?: boolean
}

/** Makes a column from what a table page wants to say about it. */
export function column<T extends object>(spec: ColumnSpec<T>): Column<T> {
  const { id, header, by, cell, largestFirst = false, ...meta } = spec
  return {
    id,
    header,
    accessorFn: row => by?.(row),
    cell: context => cell(context.row.original),
    enableSorting: by !== undefined,
    sortDescFirst: largestFirst,
    sortFn: (a, b, columnId) => compare(a.getValue<Sortable>(columnId), b.getValue<Sortable>(columnId)),
    meta,
  }
}
