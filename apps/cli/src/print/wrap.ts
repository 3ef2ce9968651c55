import type { Screen } from '../io.ts'
import { width } from './width.ts'

/** Cells. Where less is left than this, the terminal breaks the lines itself. */
const NARROWEST = 20

/** The lines of a text without line ends, broken between words. A word that is longer than a line is left whole. */
export function wrap(text: string, cells: number): string[] {
  if (width(text) <= cells || cells < NARROWEST) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && width(longer) > cells) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

/** A line that is broken between words where it is longer; what follows stands under its first word. */
export function foldAt(line: string, cells: number | undefined): string {
  if (cells === undefined) return line
  const hang = /^ *(?:- )?/.exec(line)?.[0].length ?? 0
  const [first = '', ...rest] = wrap(line.slice(hang), cells - hang)
  return [line.slice(0, hang) + first, ...rest.map(part => ' '.repeat(hang) + part)].join('\n')
}

/** The cells of a line where a person reads it; undefined where nothing is to be broken. */
export const cellsOf = (screen: Screen): number | undefined => (screen.isTTY ? screen.columns : undefined)

/** A text for a screen, each of its lines broken between words where that is a terminal. */
export const fold = (screen: Screen, text: string): string =>
  text
    .split('\n')
    .map(line => foldAt(line, cellsOf(screen)))
    .join('\n')
