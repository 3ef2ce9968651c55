import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordsOf, storableJson } from './records.ts'

test('what PostgreSQL takes is JSON as always', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '"', '\\', '\n', '\\u0000') })
  fc.assert(
    fc.property(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text))), value => {
      expect(JSON.parse(storableJson(value))).toEqual(value)
    }),
  )
})

test('NUL and half surrogate pairs are taken out, in keys too, and nothing else is', () => {
  expect(JSON.parse(storableJson({ 'k\0': ['a\0b', { x: '\ud83d' }, '😀', null, 1] }))).toEqual({
    k: ['ab', { x: '\ufffd' }, '😀', null, 1],
  })
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(/\\u(0000|d[89a-f])/i.test(storableJson(value).replaceAll('\\\\', ''))).toBe(false)
    }),
  )
})

test('rows get a hash that depends on all of them and on nothing else', () => {
  const hashOf = (row: object) => JSON.parse(recordsOf([row]))[0].hash as string
  expect(hashOf({ a: 1, b: { c: 2 } })).toBe(hashOf({ a: 1, b: { c: 2 } }))
  expect(hashOf({ a: 1, b: { c: 2 } })).not.toBe(hashOf({ a: 1, b: { c: 3 } }))
  expect(JSON.parse(recordsOf([]))).toEqual([])
  expect(JSON.parse(recordsOf([{ a: 1 }, { a: 2 }]))).toMatchObject([{ a: 1 }, { a: 2 }])
})
