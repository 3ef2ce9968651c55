import { stripVTControlCharacters } from 'node:util'
import { width } from './width.ts'
import { wrap } from './wrap.ts'

export interface Column<T> {
  title: string
  value(row: T): string
  align?: 'right'
  /** The column that gives way first where the terminal is narrow. */
  shrink?: true
  /** Its texts go on below themselves where the terminal is narrow. Only for the last column. */
  wrap?: true
  /** Left out where the terminal is too narrow for all, the highest first. Without it, the column stays. */
  drop?: number
}

/** Spaces between columns, as kubectl has it. */
const GAP = 3
/** Cells. A shrinking column is not made narrower than this. */
const NARROWEST = 12
/** Cells. A wrapped text with less room than this goes onto lines of its own. */
const ROOM = 20
/** What such a line begins with. */
const BELOW = ' '.repeat(4)
/** Cells. Columns are left out before a shrinking one, such as that of names, gets narrower than this. */
const READABLE = 30

/**
 * Rows under their titles, columns as wide as their widest cell. With `maxWidth`
 * columns marked `drop` are left out, the column marked `shrink` is cut, and the
 * last one is wrapped if it is marked `wrap`, so that a line fits the terminal.
 */
export const table = <T>(columns: Column<T>[], rows: T[], options: { maxWidth?: number | undefined } = {}): string =>
  tableRows(columns, rows, options).join('\n')

/** The same, each row alone, the titles first. One that is wrapped has several lines. */
export function tableRows<T>(all: Column<T>[], rows: T[], { maxWidth }: { maxWidth?: number | undefined }): string[] {
  const columns = maxWidth === undefined ? all : fitting(all, rows, maxWidth)
  const cells = cellsOf(columns, rows)
  const widths = widthsOf(cells)
  const shrinking = columns.findIndex(column => column.shrink)
  if (maxWidth !== undefined && shrinking >= 0) {
    const over = widths.reduce((sum, w) => sum + w, 0) + GAP * (columns.length - 1) - maxWidth
    const now = widths[shrinking] ?? 0
    if (over > 0) widths[shrinking] = Math.min(now, Math.max(NARROWEST, now - over))
  }
  const before = widths.slice(0, -1).reduce((sum, w) => sum + w + GAP, 0)
  const folds = maxWidth !== undefined && columns.at(-1)?.wrap === true
  const room = folds ? (maxWidth ?? 0) - before : Number.POSITIVE_INFINITY
  const oneLine = (line: string[]) =>
    line
      .map((cell, i) => fit(cell, widths[i] ?? 0, columns[i]?.align ?? 'left', i === line.length - 1))
      .join(' '.repeat(GAP))
      .trimEnd()
  return cells.map(line => {
    const others = line.slice(0, -1)
    const last = line.at(-1) ?? ''
    if (room < ROOM && width(last) > room) return [oneLine(others), ...below(last, maxWidth)].join('\n')
    const [first = '', ...more] = wrap(last, room)
    return [oneLine([...others, first]), ...more.map(part => oneLine([...others.map(() => ''), part]))].join('\n')
  })
}

const cellsOf = <T>(columns: Column<T>[], rows: T[]) => [
  columns.map(column => column.title),
  ...rows.map(row => columns.map(column => column.value(row))),
]

const widthsOf = (cells: string[][]) =>
  (cells[0] ?? []).map((_, i) => Math.max(...cells.map(line => width(line[i] ?? ''))))

/** The columns that have a place beside each other. */
function fitting<T>(columns: Column<T>[], rows: T[], maxWidth: number): Column<T>[] {
  const widths = widthsOf(cellsOf(columns, rows))
  const kept = columns.map((column, i) => {
    const cells = widths[i] ?? 0
    return { column, cells: column.shrink || column.wrap ? Math.min(cells, READABLE) : cells }
  })
  const dropped = kept.filter(({ column }) => column.drop !== undefined)
  dropped.sort((a, b) => (b.column.drop ?? 0) - (a.column.drop ?? 0))
  for (const one of dropped) {
    if (kept.reduce((sum, { cells }) => sum + cells, GAP * (kept.length - 1)) <= maxWidth) break
    kept.splice(kept.indexOf(one), 1)
  }
  return kept.map(({ column }) => column)
}

/** A text on lines of its own, where beside the other cells there is no room for it. */
const below = (text: string, maxWidth = 0) => wrap(text, maxWidth - BELOW.length).map(part => BELOW + part)

function fit(cell: string, cells: number, align: 'left' | 'right', last: boolean): string {
  const shown = width(cell) > cells ? cut(stripVTControlCharacters(cell), cells) : cell
  const padding = ' '.repeat(Math.max(0, cells - width(shown)))
  if (align === 'right') return padding + shown
  return last ? shown : shown + padding
}

/** As much of a text as fits, ending in an ellipsis where something was left off. Never cuts a character in two. */
export function cut(text: string, cells: number): string {
  if (width(text) <= cells) return text
  let shown = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (width(shown + segment) > cells - 1) break
    shown += segment
  }
  return `${shown}…`
}
