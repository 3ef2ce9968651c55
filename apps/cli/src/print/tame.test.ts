import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tame } from './tame.ts'

test.each([
  ['a title', 'a\x1b]0;owned\x07b', 'ab'],
  ['the clipboard', 'a\x1b]52;c;cm0gLXJm\x1b\\b', 'ab'],
  ['a question that is answered as if typed', 'a\x1b[6n\x1b[c\x1b[>0cb', 'ab'],
  ['a device’s own language', 'a\x1bP+q544e\x1b\\b', 'ab'],
  ['8-bit controls', 'a\x9b6n\x9d0;x\x07b', expect.stringMatching(/^a6n0;x\x07?b$/)],
  ['reports of the mouse', 'a\x1b[?1000hb', 'ab'],
  ['a resized window', 'a\x1b[8;10;10tb', 'ab'],
])('%s is left out', (_what, shown, left) => {
  expect(tame()(shown)).toEqual(left)
})

test.each([
  '\x1b[1;32mgreen\x1b[0m',
  '\x1b[2J\x1b[H',
  '\x1b[?1049h\x1b[?25l',
  'a\r\n\tb\b',
  '\x1b7\x1b8\x1b(B',
  'grüße 🚢',
])('%j is shown', text => {
  expect(tame()(text)).toBe(text)
})

test('a sequence that comes in pieces is the same sequence', () => {
  const text = 'a\x1b]52;c;secret\x07b\x1b[1mc\x1b[6nd\n'
  fc.assert(
    fc.property(fc.array(fc.nat({ max: text.length })), at => {
      const places = [...new Set([0, ...at, text.length])].sort((a, b) => a - b)
      const tamed = tame()
      const shown = places.slice(1).map((end, index) => tamed(text.slice(places[index], end)))
      expect(shown.join('')).toBe('ab\x1b[1mcd\n')
    }),
  )
})
