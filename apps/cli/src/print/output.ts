import { Option } from 'commander'
import { stringify } from 'yaml'
import { type Io, note, say } from '../io.ts'
import { type Column, table } from './table.ts'
import { fold } from './wrap.ts'

export type Format = 'table' | 'wide' | 'json' | 'yaml' | 'name'

/** The `-o` option of lists. */
export const outputOption = (formats: Format[] = ['table', 'wide', 'json', 'yaml', 'name']) =>
  new Option('-o, --output <format>', 'how to print the result').choices(formats).default(formats[0])

/** A list of `T` as each format prints it. */
export interface ListView<T> {
  columns: Column<T>[]
  wide?: Column<T>[]
  /** What `-o name` prints. */
  name(row: T): string
  /** A sentence for the table of nothing. */
  empty: string
  /** Rows that the hub counts at most, where it does not count them all: above that, the total is not known. */
  counted?: number
}

export interface Listing<T> {
  items: T[]
  total: number
  /** Whether there are further rows, where the total may not tell. */
  more?: boolean
}

/** Prints a list. JSON and YAML hold the hub's own rows, as `{items, total}`. */
export function printList<T>(io: Io, format: Format, list: Listing<T>, view: ListView<T>): void {
  switch (format) {
    case 'json':
    case 'yaml':
      printData(io, format, { items: list.items, total: list.total })
      break
    case 'name':
      for (const row of list.items) say(io, view.name(row))
      break
    case 'table':
    case 'wide':
      if (list.items.length === 0) note(io, fold(io.stderr, view.empty))
      else printTable(io, format, list, view)
      break
    default:
      format satisfies never
  }
}

function printTable<T>(io: Io, format: 'table' | 'wide', list: Listing<T>, view: ListView<T>): void {
  const { items, total, more = total > items.length } = list
  const columns = format === 'wide' ? [...view.columns, ...(view.wide ?? [])] : view.columns
  const maxWidth = io.stdout.isTTY && format === 'table' ? io.stdout.columns : undefined
  say(io, table(columns, items, { maxWidth }))
  if (!more) return
  const known = total > items.length && (view.counted === undefined || total <= view.counted)
  note(
    io,
    known ? `… and ${total - items.length} more; --limit shows more of them.` : 'There are more; --limit shows them.',
  )
}

/** Prints one value for programs. */
export function printData(io: Io, format: 'json' | 'yaml', data: unknown): void {
  if (format === 'json') say(io, JSON.stringify(data, null, 2))
  else io.stdout.write(stringify(data, { lineWidth: 0, aliasDuplicateObjects: false }))
}
