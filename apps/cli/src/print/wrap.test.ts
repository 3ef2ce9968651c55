import { Writable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { width } from './width.ts'
import { fold, wrap } from './wrap.ts'

const screen = (columns: number) => Object.assign(new Writable(), { isTTY: true, columns })

test('lines are broken between words, and nothing of the text is lost', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '港'), minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.integer({ min: 20, max: 60 }), (words, cells) => {
      const text = words.join(' ')
      const lines = wrap(text, cells)
      expect(lines.join(' ')).toBe(text)
      expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(cells)
    }),
  )
})

test('what can not be broken stays whole, and so does what has no room', () => {
  const url = `https://${'x'.repeat(40)}`
  expect(wrap(`see ${url} there`, 20)).toEqual(['see', url, 'there'])
  expect(wrap('one two three four five six', 10)).toEqual(['one two three four five six'])
})

test('the lines of a point stand under each other; where there is no terminal nothing is broken', () => {
  expect(fold(screen(24), '  - one two three four five six')).toBe('  - one two three four\n    five six')
  expect(fold(new Writable(), '  - one two three four five six')).toBe('  - one two three four five six')
})
