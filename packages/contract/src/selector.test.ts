import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatSelector, matchesSelector, parseSelector, type Requirement, SelectorError } from './selector.ts'

const key = fc.stringMatching(/^([a-z][a-z0-9]{0,5}(\.[a-z]{1,3})?\/)?[A-Za-z][A-Za-z0-9_.-]{0,8}[A-Za-z0-9]$/)
const value = fc.stringMatching(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,8}[A-Za-z0-9])?)?$/)
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('in' as const, 'notin' as const),
    values: fc.uniqueArray(value, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ key, operator: fc.constantFrom('exists' as const, 'absent' as const) }),
)
const selector = fc.array(requirement, { maxLength: 6 })
const labels = fc.dictionary(key, value, { maxKeys: 5 })

describe('label selector', () => {
  test.each([
    ['', []],
    ['  ', []],
    ['env=prod', [{ key: 'env', operator: 'in', values: ['prod'] }]],
    ['env==prod', [{ key: 'env', operator: 'in', values: ['prod'] }]],
    ['env = prod', [{ key: 'env', operator: 'in', values: ['prod'] }]],
    ['env!=prod', [{ key: 'env', operator: 'notin', values: ['prod'] }]],
    ['env=', [{ key: 'env', operator: 'in', values: [''] }]],
    [
      'env in (a, b),!gpu',
      [
        { key: 'env', operator: 'in', values: ['a', 'b'] },
        { key: 'gpu', operator: 'absent' },
      ],
    ],
    ['a notin (x)', [{ key: 'a', operator: 'notin', values: ['x'] }]],
    ['a in (,x)', [{ key: 'a', operator: 'in', values: ['', 'x'] }]],
    ['example.com/team', [{ key: 'example.com/team', operator: 'exists' }]],
    ['in in (in)', [{ key: 'in', operator: 'in', values: ['in'] }]],
    [
      'a=,b',
      [
        { key: 'a', operator: 'in', values: [''] },
        { key: 'b', operator: 'exists' },
      ],
    ],
  ])('reads %j', (text, expected) => {
    expect(parseSelector(text)).toEqual(expected)
  })

  test.each([
    ['=prod', 0],
    ['a=b,', 4],
    ['a b', 2],
    ['a in b', 5],
    ['a in (b', 7],
    ['a>1', 1],
    ['!', 1],
    ['a=b c', 4],
    ['-a=b', 0],
    ['a=-b', 2],
    ['a=$(rm)', 2],
  ])('refuses %j and says where', (text, position) => {
    let error: unknown
    try {
      parseSelector(text)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(SelectorError)
    expect((error as SelectorError).position).toBe(position)
    expect((error as SelectorError).message).toMatch(/\.$/)
  })

  test('refuses more requirements than a query should have', () => {
    expect(() => parseSelector(Array.from({ length: 51 }, (_, i) => `a${i}`).join(','))).toThrow(/more than 50/)
  })

  test('reads back what it writes', () => {
    fc.assert(
      fc.property(selector, s => {
        expect(parseSelector(formatSelector(s))).toEqual(s)
      }),
    )
  })

  test('either parses or throws a SelectorError within the text, whatever the text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom('a', 'in', 'notin', '(', ')', ',', '=', '!=', '!', ' ', '==', '.')).map(a => a.join('')),
    )
    fc.assert(
      fc.property(text, input => {
        try {
          parseSelector(input)
        } catch (error) {
          expect(error).toBeInstanceOf(SelectorError)
          expect((error as SelectorError).position).toBeGreaterThanOrEqual(0)
          expect((error as SelectorError).position).toBeLessThanOrEqual(input.length)
        }
      }),
    )
  })

  test('in and notin are opposites, and so are exists and absent', () => {
    const opposite = { in: 'notin', notin: 'in', exists: 'absent', absent: 'exists' } as const
    fc.assert(
      fc.property(requirement, labels, (r, l) => {
        const other = { ...r, operator: opposite[r.operator] } as Requirement
        expect(matchesSelector([r], l)).toBe(!matchesSelector([other], l))
      }),
    )
  })

  test('more requirements never select more', () => {
    fc.assert(
      fc.property(selector, requirement, labels, (s, r, l) => {
        if (matchesSelector([...s, r], l)) expect(matchesSelector(s, l)).toBe(true)
      }),
    )
  })

  test('does not take properties of Object for labels', () => {
    expect(matchesSelector(parseSelector('constructor'), {})).toBe(false)
  })
})
