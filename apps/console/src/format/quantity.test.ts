import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, cpu, percent, plural } from './quantity.ts'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536 * 1024 ** 2, '1.5 GiB'],
  [15.6 * 1024 ** 3, '15.6 GiB'],
  [863 * 1024 ** 4, '863 TiB'],
  [5000 * 1024 ** 5, '5,000 PiB'],
])('%d bytes are %s', (value, text) => {
  expect(bytes(value)).toBe(text)
})

test.each([
  [0, '0 cores'],
  [250, '250m'],
  [1000, '1 core'],
  [1500, '1.5 cores'],
  [233_198_000, '233,198 cores'],
])('%d millicores are %s', (value, text) => {
  expect(cpu(value)).toBe(text)
})

test('a share that is small but not nothing does not look like nothing', () => {
  expect(percent(1, 1000)).toBe('<1%')
  expect(percent(0, 1000)).toBe('0%')
  expect(percent(1, 0)).toBeNull()
})

test('more than there is shows as more', () => {
  expect(percent(15, 10)).toBe('150%')
})

test('plural', () => {
  expect([plural(1, 'cluster'), plural(0, 'cluster'), plural(3000, 'cluster')]).toEqual([
    '1 cluster',
    '0 clusters',
    '3,000 clusters',
  ])
})

test('any number of bytes has at most four digits and a unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), value => {
      expect(bytes(value)).toMatch(/^[\d,.]{1,5} ([KMGTP]i)?B$/)
    }),
  )
})
