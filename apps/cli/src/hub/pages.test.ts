import { expect, test } from 'vitest'
import { readPages } from './pages.ts'

/** Pages of these sizes, each with the total that the hub tells. */
const pages = (...given: [items: number, total: number][]) => {
  let n = 0
  return async () => {
    const [items, total] = given[n]!
    n += 1
    return { items: Array.from({ length: items }, () => n), total, next: n < given.length ? `${n}` : null }
  }
}

test('a total that is of all pages is told as it is', async () => {
  expect(await readPages(0, pages([2, 5], [2, 5], [1, 5]))).toMatchObject({ total: 5, more: false })
  expect(await readPages(2, pages([2, 5], [2, 5], [1, 5]))).toMatchObject({ total: 5, more: true })
})

test('a total that is of one page never says less than what was read', async () => {
  expect(await readPages(0, pages([3, 4], [0, 1], [2, 2]))).toMatchObject({ total: 5, more: false })
  expect(await readPages(5, pages([3, 4], [2, 3], [0, 0]))).toMatchObject({ total: 6, more: true })
})
