/** One page of a list, as the contract has them. */
export interface Page<T> {
  items: T[]
  next: string | null
  total: number
}

/** A list that was read to its end, or as far as `max` lets. */
export interface Listing<T> {
  items: T[]
  total: number
}

/** Rows in one request: the most that the API gives. */
export const PAGE_SIZE = 1000

/** Reads page after page until there is none or `max` rows are there. */
export async function allPages<T>(read: (next?: string) => Promise<Page<T>>, max: number): Promise<Listing<T>> {
  const items: T[] = []
  let page = await read()
  for (;;) {
    items.push(...page.items)
    if (page.next === null || items.length >= max) return { items: items.slice(0, max), total: page.total }
    page = await read(page.next)
  }
}
