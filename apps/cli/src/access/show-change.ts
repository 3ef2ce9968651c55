import { stringify } from 'yaml'
import type { Document } from './documents.ts'

const linesOf = (field: string, value: unknown): string[] =>
  value === undefined || value === null
    ? []
    : stringify({ [field]: value }, { lineWidth: 0, aliasDuplicateObjects: false })
        .trimEnd()
        .split('\n')

/** How many lines are the same at the beginning of both. */
function sameUntil(before: readonly string[], after: readonly string[]): number {
  const at = before.findIndex((line, index) => line !== after[index])
  return at < 0 ? before.length : at
}

/** What of some fields would go, marked with "-", and what would come, with "+". */
export function showChange(known: Document, wanted: Document, fields: readonly string[]): string[] {
  const [there, then] = [known.spec as Record<string, unknown>, wanted.spec as Record<string, unknown>]
  return fields.flatMap(field => {
    const [before, after] = [linesOf(field, there[field]), linesOf(field, then[field])]
    const head = sameUntil(before, after)
    const [goes, comes] = [before.slice(head), after.slice(head)]
    const tail = sameUntil(goes.toReversed(), comes.toReversed())
    return [
      // Where it is, where only a part of it differs.
      ...(head > 0 ? [`    ${before[0]}`, ...(head > 1 ? ['      …'] : [])] : []),
      ...goes.slice(0, goes.length - tail).map(line => `  - ${line}`),
      ...comes.slice(0, comes.length - tail).map(line => `  + ${line}`),
    ]
  })
}
