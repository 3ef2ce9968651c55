import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChunkedReader } from './chunked.ts'

const read = (pieces: Buffer[]) => {
  const reader = new ChunkedReader()
  const data: Buffer[] = []
  let taken = 0
  for (const piece of pieces) taken += reader.push(piece, bytes => data.push(bytes))
  return { body: Buffer.concat(data).toString('latin1'), taken, done: reader.done, trailers: { ...reader.trailers } }
}

test('a body is read however it is cut, and what follows it is left alone', () => {
  const bytes = Buffer.from('5\r\nhello\r\n21\r\n, this is one of exactly 33 bytes\r\n00\r\nX-Sum: 42\r\n\r\nGET')
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 12 }), cuts => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length]
      const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      const all = read(pieces)
      expect(all).toEqual({
        body: 'hello, this is one of exactly 33 bytes',
        taken: bytes.length - 3,
        done: true,
        trailers: { 'x-sum': '42' },
      })
    }),
  )
})

test.each([
  ['no size', '\r\n'],
  ['a size that is none', 'x\r\n'],
  ['a negative size', '-1\r\n'],
  ['a prefixed size', '0x5\r\n'],
  ['a size with a space', '5 \r\n'],
  ['an extension', '5;a=b\r\n'],
  ['an endless size', `${'f'.repeat(20)}\r\n`],
  ['a bare line feed after the size', '5\nhello'],
  ['a chunk longer than its size', '5\r\nhello!\r\n'],
  ['a bare line feed after a chunk', '5\r\nhello\n'],
  ['a folded trailer', '0\r\na: b\r\n c\r\n\r\n'],
])('a body with %s is refused', (_, text) => {
  expect(() => read([Buffer.from(text)])).toThrow(expect.objectContaining({ reason: 'malformed' }))
})

test.each([
  ['a line', 'a'.repeat(2_000)],
  ['its trailers', `0\r\n${`a: ${'b'.repeat(1_000)}\r\n`.repeat(100)}`],
])('a body is refused when %s does not end', (_, text) => {
  expect(() => read([...Buffer.from(text)].map(byte => Buffer.from([byte])))).toThrow(
    expect.objectContaining({ reason: 'too-large' }),
  )
})
