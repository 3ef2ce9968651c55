import { expect, test } from 'vitest'
import { cpu, memory, percent } from './quantity.ts'
import { sparkline } from './sparkline.ts'

test('CPU in millicores, or in cores where it is whole or large', () => {
  expect([250, 1000, 1500, 12_340].map(cpu)).toEqual(['250m', '1', '1500m', '12'])
})

test('memory in binary units', () => {
  expect([0, 512, 1024, 1536, 33_500_000_000, 5 * 1024 ** 4].map(memory)).toEqual([
    '0',
    '512',
    '1Ki',
    '1.5Ki',
    '31.2Gi',
    '5Ti',
  ])
})

test('a share of nothing is none', () => {
  expect([percent(1, 3), percent(1, 0)]).toEqual(['33%', '-'])
})

test('a sparkline begins at 0 and never has more bars than values', () => {
  expect(sparkline([0, 4, 8], 40)).toBe('▁▅█')
  expect(
    sparkline(
      Array.from({ length: 100 }, () => 5),
      10,
    ),
  ).toBe('█'.repeat(10))
  expect(sparkline([0, 0], 10)).toBe('▁▁')
})
