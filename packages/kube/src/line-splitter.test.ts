import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AnswerError } from './errors.ts'
import { lineSplitter } from './line-splitter.ts'

const text = (lines: Uint8Array[]) => lines.map(line => Buffer.from(line).toString('latin1'))

const refusal = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error
  }
  return null
}

test('bytes come out as the same lines, however they were cut', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map(array =>
    // One byte in four ends a line.
    array.map(byte => (byte % 4 === 0 ? 0x0a : byte)),
  )
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(300), { maxLength: 10 }), (all, cuts) => {
      const places = [0, ...cuts.map(cut => cut % (all.length + 1)), all.length].toSorted((a, b) => a - b)
      const splitter = lineSplitter(1_000)
      const lines = places.slice(1).flatMap((end, i) => text(splitter.push(all.slice(places[i], end))))
      const whole = Buffer.from(all).toString('latin1').split('\n')
      expect(splitter.pending).toBe(whole.pop()?.length)
      expect(lines).toEqual(whole.filter(line => line !== ''))
    }),
  )
})

test('a character that is cut in two comes out whole', () => {
  const splitter = lineSplitter(100)
  const bytes = Buffer.from('{"a":"é€😀"}\n')
  const lines = [...bytes].flatMap(byte => splitter.push(Uint8Array.of(byte)))
  expect(lines.map(line => Buffer.from(line).toString())).toEqual(['{"a":"é€😀"}'])
})

test('a line may be as long as the limit and no longer', () => {
  const line = Buffer.alloc(10, 'x')
  expect(text(lineSplitter(10).push(Buffer.concat([line, Buffer.from('\n')])))).toEqual(['xxxxxxxxxx'])
  expect(refusal(() => lineSplitter(9).push(Buffer.concat([line, Buffer.from('\n')])))).toMatchObject({
    code: 'too_large',
  })
})

test('a line that never ends is refused before it fills the memory', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 200 }), (size, limit) => {
      const splitter = lineSplitter(limit)
      let error: unknown = null
      for (let sent = 0; sent <= limit && error === null; sent += size) {
        error = refusal(() => splitter.push(new Uint8Array(size).fill(0x78)))
        expect(splitter.pending).toBeLessThanOrEqual(limit + size)
      }
      expect(error).toBeInstanceOf(AnswerError)
    }),
  )
})
