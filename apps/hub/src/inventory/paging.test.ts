import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MoorageError } from '../errors.ts'
import { cutPage, pageToken, readPageToken } from './paging.ts'

test('a token gives back its parts', () => {
  fc.assert(
    fc.property(fc.array(fc.string().map(part => part.replaceAll('\0', ''))), parts => {
      expect(readPageToken(pageToken(parts), parts.length)).toEqual(parts)
    }),
  )
})

test('no token is the first page', () => {
  expect(readPageToken(undefined, 3)).toBeNull()
})

test.each([
  '',
  '!',
  'e30',
  'bnVsbA',
  pageToken(['a']),
  pageToken(['a', 'b\0']),
  Buffer.from('["a",1]').toString('base64url'),
])('%j is refused', token => {
  expect(() => readPageToken(token, 2)).toThrow(MoorageError)
})

test('a page ends with a token only where more follows', () => {
  expect(cutPage(['a', 'b'], 2, last => [last])).toEqual({ page: ['a', 'b'], next: null })
  expect(cutPage(['a', 'b', 'c'], 2, last => [last])).toEqual({ page: ['a', 'b'], next: pageToken(['b']) })
  expect(cutPage([], 2, () => [])).toEqual({ page: [], next: null })
})
