const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** What a column can be sorted by. */
export type Sortable = string | number | null | undefined

/** Numbers by size, words as people sort them (`v1.9` before `v1.10`), and what is unknown before all. */
export function compare(a: Sortable, b: Sortable): number {
  const aUnknown = a === null || a === undefined
  const bUnknown = b === null || b === undefined
  if (aUnknown || bUnknown) return Number(bUnknown) - Number(aUnknown)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return collator.compare(String(a), String(b))
}
