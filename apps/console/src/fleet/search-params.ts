import type { SortingState } from '@tanstack/react-table'
import { type FleetFilter, readPhases } from './filter.ts'

/** The fleet's view as it stands in the address, short where it is the default. */
export interface FleetSearch {
  q?: string
  phase?: string
  project?: string
  selector?: string
  sort?: string
  page?: number
}

const text = (value: unknown): string | undefined =>
  (typeof value === 'string' || typeof value === 'number') && value !== '' ? String(value) : undefined

/** Reads an address's search into a view; what is not understood is left out. */
export function readFleetSearch(raw: Record<string, unknown>): FleetSearch {
  const page = Number(raw.page)
  return compact({
    q: text(raw.q),
    phase: text(raw.phase),
    project: text(raw.project),
    selector: text(raw.selector),
    sort: text(raw.sort),
    page: Number.isInteger(page) && page > 1 ? page : undefined,
  })
}

/** The filter of a view. */
export const filterOf = (search: FleetSearch): FleetFilter => ({
  text: search.q ?? '',
  phases: readPhases(search.phase ?? ''),
  project: search.project ?? '',
  selector: search.selector ?? '',
})

/** A view with another filter; it starts at the first page again. */
export const withFilter = (search: FleetSearch, filter: Partial<FleetFilter>): FleetSearch => {
  const next = { ...filterOf(search), ...filter }
  return compact({
    q: next.text || undefined,
    phase: next.phases.join(',') || undefined,
    project: next.project || undefined,
    selector: next.selector || undefined,
    sort: search.sort,
    page: undefined,
  })
}

/** The order of a view, `name` or `-name`. */
export function sortingOf(sort: string | undefined, fallback: string): SortingState {
  const word = sort ?? fallback
  return [word.startsWith('-') ? { id: word.slice(1), desc: true } : { id: word, desc: false }]
}

/** The word for an order, as `sortingOf` reads it. */
export const sortWord = (sorting: SortingState): string | undefined => {
  const [first] = sorting
  return first ? `${first.desc ? '-' : ''}${first.id}` : undefined
}

function compact(search: { [K in keyof FleetSearch]: FleetSearch[K] | undefined }): FleetSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined))
}
