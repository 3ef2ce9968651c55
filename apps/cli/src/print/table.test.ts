import { styleText } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clean } from './clean.ts'
import { type Column, cut, table } from './table.ts'
import { width } from './width.ts'

const name = { title: 'NAME', value: (row: string[]) => row[0] ?? '' }
const note = { title: 'NOTE', value: (row: string[]) => row[1] ?? '' }

test('a narrow terminal leaves out what matters least, and then cuts what may be cut', () => {
  const columns: Column<{ name: string; age: string }>[] = [
    { title: 'NAME', value: row => row.name, shrink: true },
    { title: 'ZONE', value: () => 'eu-west-1a', drop: 1 },
    { title: 'STATUS', value: () => 'Ready' },
    { title: 'AGE', value: row => row.age, drop: 2 },
  ]
  const rows = [{ name: 'ip-10-0-0-11.eu-west-1.compute.internal', age: '3d' }]
  const titles = (maxWidth: number) => table(columns, rows, { maxWidth }).split('\n')[0]?.split(/ +/)
  expect(titles(80)).toEqual(['NAME', 'ZONE', 'STATUS', 'AGE'])
  expect(titles(55)).toEqual(['NAME', 'ZONE', 'STATUS'])
  expect(titles(40)).toEqual(['NAME', 'STATUS'])
  expect(table(columns, rows, { maxWidth: 40 }).split('\n')[1]).toBe('ip-10-0-0-11.eu-west-1.compute…   Ready')
  expect(titles(20)).toEqual(['NAME', 'STATUS'])
})

test('columns are as wide as their widest cell, and lines end without blanks', () => {
  expect(
    table(
      [name, note],
      [
        ['a', 'x'],
        ['longer', ''],
      ],
    ),
  ).toBe('NAME     NOTE\na        x\nlonger')
})

test('wide characters take two cells and colours none', () => {
  const red = styleText('red', '港湾', { validateStream: false })
  const [titles = '', wide = '', plain = ''] = table(
    [name, note],
    [
      [red, 'x'],
      ['abcd', 'y'],
    ],
  ).split('\n')
  expect(width(wide)).toBe(8)
  expect(wide.endsWith('x')).toBe(true)
  expect(plain.indexOf('y')).toBe(titles.indexOf('NOTE'))
})

test('numbers can stand on the right', () => {
  expect(
    table(
      [name, { ...note, title: 'N', align: 'right' }],
      [
        ['a', '5'],
        ['b', '100'],
      ],
    ),
  ).toBe('NAME     N\na        5\nb      100')
})

test('a column gives way so that lines fit the terminal', () => {
  const rows = [['a', 'x'.repeat(100)]]
  const lines = table([name, { ...note, shrink: true }], rows, { maxWidth: 40 }).split('\n')
  expect(Math.max(...lines.map(width))).toBe(40)
  expect(lines[1]).toContain('…')
})

test('the last column goes on below itself so that lines fit the terminal', () => {
  const rows = [
    ['a', 'one two three four five six'],
    ['b', 'seven'],
  ]
  expect(table([name, { ...note, wrap: true }], rows, { maxWidth: 31 }).split('\n')).toEqual([
    'NAME   NOTE',
    'a      one two three four five',
    '       six',
    'b      seven',
  ])
})

test('where there is no room for it, it has lines of its own', () => {
  const rows = [['a'.repeat(20), 'one two three four five six']]
  expect(
    table([name, { ...note, wrap: true }], rows, { maxWidth: 30 })
      .split('\n')
      .slice(1),
  ).toEqual(['a'.repeat(20), '    one two three four five', '    six'])
})

test('a cut text never takes more cells than it may', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, cells) => {
      const safe = clean(text)
      return width(cut(safe, cells)) <= Math.max(cells, 1)
    }),
  )
})

test('what comes from a cluster can not command the terminal', () => {
  expect(clean('a\x1b[2Jb\u202Ec\r\nd\te\x9b1m')).toBe('a\ufffd[2Jb\ufffdc d e\ufffd1m')
  const sign = fc.integer({ min: 0, max: 0x2100 }).map(code => String.fromCharCode(code))
  fc.assert(
    fc.property(
      fc.string({ unit: sign }),
      text => !/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(clean(text)),
    ),
  )
})
