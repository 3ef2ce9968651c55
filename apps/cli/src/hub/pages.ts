/** Rows in one request; the most that the API takes. */
const PAGE = 1000

/** Rows that the hub counts at most; a higher total only says that there are more. */
export const counted = { search: 1_000, events: 10_000, audit: 1_000, recordings: 0 }

interface Paged<T> {
  items: T[]
  next: string | null
  total: number
}

/** Reads pages until there are `limit` rows or no more (0: all). */
export async function readPages<T>(
  limit: number,
  page: (query: { limit: number; continue?: string }) => Promise<Paged<T>>,
): Promise<{ items: T[]; total: number; more: boolean }> {
  const items: T[] = []
  let next: string | null = null
  let total = 0
  do {
    const want = limit === 0 ? PAGE : Math.min(PAGE, limit - items.length)
    const got: Paged<T> = await page({ limit: want, ...(next !== null && { continue: next }) })
    for (const item of got.items) items.push(item) // no spread: a page is large
    next = got.next
    // Of some searches the hub knows only what it has found for one page.
    total = Math.max(got.total, items.length + (next === null ? 0 : 1))
  } while (next !== null && (limit === 0 || items.length < limit))
  return { items, total, more: next !== null }
}
