import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HeadReader } from './head-reader.ts'
import { HEAD_BYTES } from './limits.ts'

const HEAD = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'

const readAll = (pieces: Buffer[]) => {
  const reader = new HeadReader()
  const heads: string[] = []
  for (const piece of pieces) {
    let rest = piece
    while (rest.length > 0) {
      const found = reader.push(rest)
      if (!found) break
      heads.push(found.head.toString('latin1'))
      rest = found.rest
    }
  }
  return { heads, emptyLines: reader.emptyLines, began: reader.began }
}

test('heads are found however the bytes are cut, and empty lines between them are counted', () => {
  const bytes = Buffer.from(`\r\n${HEAD}\r\n\r\n${HEAD}\r\n`)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }), cuts => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length]
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      expect(readAll(pieces)).toEqual({ heads: [HEAD, HEAD], emptyLines: 4, began: false })
    }),
  )
})

test('what follows a head is given back untouched', () => {
  const found = new HeadReader().push(Buffer.from(`${HEAD}body`))
  expect(found?.rest.toString()).toBe('body')
})

test('a part of a head is known to have begun', () => {
  expect(readAll([Buffer.from('GET /')]).began).toBe(true)
})

test('a line without a carriage return is refused at once, also when the bytes come one by one', () => {
  const pieces = [...Buffer.from('GET / HTTP/1.1\n')].map(byte => Buffer.from([byte]))
  expect(() => readAll(pieces)).toThrow(expect.objectContaining({ reason: 'malformed' }))
})

test('a head that is too large is refused, with and without an end, in one piece and in many', () => {
  const long = Buffer.from(`GET / HTTP/1.1\r\na: ${'b'.repeat(HEAD_BYTES)}\r\n\r\n`)
  const pieces = Array.from({ length: long.length }, (_, index) => long.subarray(index, index + 1))
  for (const cut of [[long], [long.subarray(0, -4)], pieces]) {
    expect(() => readAll(cut)).toThrow(expect.objectContaining({ reason: 'too-large' }))
  }
})
