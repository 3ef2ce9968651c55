import { expect, test } from 'vitest'
import { filterOf, readFleetSearch, sortingOf, sortWord, withFilter } from './search-params.ts'

test('an address is read, and what it has no sense for is dropped', () => {
  expect(readFleetSearch({ q: 'a', phase: '', page: '3', sort: '-cpu', else: 1, selector: null })).toEqual({
    q: 'a',
    page: 3,
    sort: '-cpu',
  })
  expect(readFleetSearch({ page: '-1', q: 12 })).toEqual({ q: '12' })
})

test('another filter keeps the order and goes back to the first page', () => {
  expect(withFilter({ q: 'a', sort: '-cpu', page: 4 }, { phases: ['Error', 'Running'] })).toEqual({
    q: 'a',
    phase: 'Error,Running',
    sort: '-cpu',
  })
})

test('a filter that is cleared leaves no trace in the address', () => {
  const cleared = withFilter({ q: 'a', project: 'shop' }, { text: '', project: '' })
  expect(cleared).toEqual({})
  expect(filterOf(cleared)).toEqual({ text: '', phases: [], project: '', selector: '' })
})

test('orders are written and read alike', () => {
  for (const word of ['name', '-cpu']) expect(sortWord(sortingOf(word, 'x'))).toBe(word)
  expect(sortingOf(undefined, '-seen')).toEqual([{ id: 'seen', desc: true }])
})
