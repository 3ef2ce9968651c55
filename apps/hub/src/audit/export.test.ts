import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvCell } from './export.ts'

test('no cell is a formula to a spreadsheet, whatever stands in it', () => {
  for (const start of ['=', '+', '-', '@', '\t=', ' =', '\r@', '|', '%'])
    expect(csvCell(`${start}cmd()`)).toMatch(/^"?'/)
  fc.assert(
    fc.property(fc.string(), text => {
      const cell = csvCell(text)
      const inner = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
      expect(inner === text || inner === `'${text}`).toBe(true)
      expect(inner).not.toMatch(/^[=+\-@\t\r]/)
      if (/[",\r\n]/.test(text)) expect(cell).toMatch(/^".*"$/s)
    }),
  )
})

test('numbers stay numbers, and nothing stays empty', () => {
  expect([csvCell(-1), csvCell(null), csvCell(true), csvCell('plain')]).toEqual(['-1', '', 'true', 'plain'])
})
