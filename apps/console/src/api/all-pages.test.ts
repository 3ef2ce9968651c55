import { expect, test } from 'vitest'
import { allPages } from './all-pages.ts'

const pages = (total: number, size: number) => {
  const asked: (string | undefined)[] = []
  const read = async (next?: string) => {
    asked.push(next)
    const from = Number(next ?? 0)
    const items = Array.from({ length: Math.min(size, total - from) }, (_, i) => from + i)
    return { items, next: from + size < total ? String(from + size) : null, total }
  }
  return { asked, read }
}

test('page after page is read until there is none', async () => {
  const { asked, read } = pages(25, 10)
  expect((await allPages(read, 1000)).items).toEqual(Array.from({ length: 25 }, (_, i) => i))
  expect(asked).toEqual([undefined, '10', '20'])
})

test('reading stops at the most that is wanted, and the total is still told', async () => {
  const { asked, read } = pages(100, 10)
  const listing = await allPages(read, 15)
  expect(listing.items).toHaveLength(15)
  expect(listing.total).toBe(100)
  expect(asked).toHaveLength(2)
})
