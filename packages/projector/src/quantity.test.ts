import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amount, cpuMilli, memoryBytes, quantity } from './quantity.ts'

test.each([
  ['0', 0],
  ['100m', 0.1],
  ['1500m', 1.5],
  ['2', 2],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['5.', 5],
  ['+1', 1],
  ['-1', -1],
  ['1k', 1000],
  ['1Ki', 1024],
  ['128Mi', 134_217_728],
  ['1.5Gi', 1_610_612_736],
  ['1E', 1e18],
  ['1e3', 1000],
  ['1E3', 1000],
  ['12e-3', 0.012],
  ['100n', 1e-7],
  ['250u', 0.00025],
  ['3Ti', 3 * 2 ** 40],
])('%s is %d', (text, value) => {
  expect(quantity(text)).toBe(value)
})

test.each(['', 'm', '1 Gi', '1gi', '1ki', '0x10', '1e', '1.2.3', 'NaN', 'Infinity', '1Kii', '--1', '1K'])(
  '%j is not a quantity',
  text => {
    expect(quantity(text)).toBeNull()
  },
)

test('what an API server prints for a whole number of millicores is read back exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), milli => {
      const printed = milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`
      expect(cpuMilli({ cpu: printed })).toBe(milli)
    }),
  )
})

test('what an API server prints for whole bytes is read back exactly, in every notation', () => {
  const bytes = fc.integer({ min: 0, max: 2 ** 52 })
  fc.assert(
    fc.property(
      bytes,
      fc.constantFrom<[string, number]>(['Ki', 2 ** 10], ['Mi', 2 ** 20], ['k', 1e3]),
      (n, [suffix, by]) => {
        expect(memoryBytes({ memory: String(n) })).toBe(n)
        const whole = Math.floor(n / by)
        expect(memoryBytes({ memory: `${whole}${suffix}` })).toBe(whole * by)
      },
    ),
  )
})

test('whatever the text, the answer is a finite-or-huge number or null, and never throws', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      const value = quantity(text)
      expect(value === null || !Number.isNaN(value)).toBe(true)
    }),
  )
})

test('rounding goes up, as the scheduler does it, and noise of floating point does not', () => {
  expect(cpuMilli({ cpu: '1.1' })).toBe(1100)
  expect(cpuMilli({ cpu: '100n' })).toBe(1)
  expect(memoryBytes({ memory: '1500m' })).toBe(2)
})

test('a resource that is missing or nonsense counts as nothing', () => {
  expect(amount(undefined, 'cpu')).toBe(0)
  expect(amount({ cpu: 'much' }, 'cpu')).toBe(0)
  expect(amount({ pods: 110 }, 'pods')).toBe(110)
})
