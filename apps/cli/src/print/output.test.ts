import { expect, test } from 'vitest'
import { testIo } from '../test-io.ts'
import { type Listing, type ListView, printList } from './output.ts'

const view: ListView<string> = { name: row => row, empty: 'None.', columns: [{ title: 'NAME', value: row => row }] }
const said = (list: Listing<string>, counted?: number) => {
  const { io, err } = testIo()
  printList(io, 'table', list, counted === undefined ? view : { ...view, counted })
  return err()
}

test('how many more there are is said where the hub has counted them', () => {
  expect(said({ items: ['a'], total: 1 })).toBe('')
  expect(said({ items: ['a'], total: 3 })).toBe('… and 2 more; --limit shows more of them.\n')
  expect(said({ items: ['a'], total: 3, more: true }, 3)).toBe('… and 2 more; --limit shows more of them.\n')
})

test('where it has stopped counting, only that there are more', () => {
  expect(said({ items: ['a'], total: 4, more: true }, 3)).toBe('There are more; --limit shows them.\n')
  expect(said({ items: ['a', 'b'], total: 1, more: true }, 0)).toBe('There are more; --limit shows them.\n')
  expect(said({ items: ['a', 'b', 'c', 'd', 'e'], total: 4, more: false }, 3)).toBe('')
})
