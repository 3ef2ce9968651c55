/** Lines that were run, and where the arrow keys stand among them. */
export interface History {
  /** Oldest first. */
  readonly lines: readonly string[]
  /** Index of the line that is shown; `lines.length` is the one that is being written. */
  readonly at: number
  /** What was being written when one went up. */
  readonly draft: string
}

/** Lines that are kept: more than anybody goes up through. */
const MOST = 500

export const noHistory: History = { lines: [], at: 0, draft: '' }

/** What stands in the input, by where one is. */
const shown = ({ lines, at, draft }: History): string => lines[at] ?? draft

/** After a line was run: it is the newest, and not there twice in a row. */
export function ran({ lines }: History, line: string): History {
  const next = line === '' || lines.at(-1) === line ? lines : [...lines, line].slice(-MOST)
  return { lines: next, at: next.length, draft: '' }
}

/** One line up; `written` is what stands in the input. */
export function older(history: History, written: string): [History, string] {
  const { lines, at } = history
  const next = { lines, at: Math.max(0, at - 1), draft: at === lines.length ? written : history.draft }
  return [next, shown(next)]
}

/** One line down, at last to what was being written. */
export function newer(history: History, written: string): [History, string] {
  const { lines, at } = history
  if (at >= lines.length) return [history, written]
  const next = { ...history, at: at + 1 }
  return [next, shown(next)]
}
