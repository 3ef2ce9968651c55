import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InventoryKind } from './inventory.ts'
import { formatSearch, parseSearch, SearchQueryError, type SearchTerm, searchKind } from './search-query.ts'

/** Any UTF-16 unit; fast-check's own 'binary' takes a second to set up. */
const anyCharacter = fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code))

const without = (terms: SearchTerm[]) => terms.map(({ at: _, ...term }) => term)

const word = fc.string({ minLength: 1, maxLength: 12 }).filter(s => s.trim() === s)
const negated = fc.boolean()
const at = fc.constant(0)
const term: fc.Arbitrary<SearchTerm> = fc.oneof(
  fc.record({ field: fc.constant('kind' as const), value: fc.constantFrom(...InventoryKind.options), negated, at }),
  fc.record({
    field: fc.constantFrom('status' as const, 'image' as const, 'ns' as const, 'name' as const, 'text' as const),
    value: word,
    negated,
    at,
  }),
  fc.record({
    field: fc.constant('label' as const),
    key: fc.stringMatching(/^[a-z][a-z./-]{0,8}$/),
    value: fc.option(fc.stringMatching(/^[A-Za-z0-9]{0,8}$/)),
    negated,
    at,
  }),
)

describe('search language', () => {
  test('reads every kind of term', () => {
    const { terms } = parseSearch(
      'kind:Pod status:CrashLoopBackOff image:nginx:1.27 ns:shop -cluster:dev label:app=web hi',
    )
    expect(without(terms)).toEqual([
      { field: 'kind', value: 'Pod', negated: false },
      { field: 'status', value: 'CrashLoopBackOff', negated: false },
      { field: 'image', value: 'nginx:1.27', negated: false },
      { field: 'ns', value: 'shop', negated: false },
      { field: 'cluster', value: 'dev', negated: true },
      { field: 'label', key: 'app', value: 'web', negated: false },
      { field: 'text', value: 'hi', negated: false },
    ])
  })

  test.each([
    ['', []],
    ['   ', []],
    [
      'kind:po,deploy',
      [
        { field: 'kind', value: 'Pod', negated: false },
        { field: 'kind', value: 'Deployment', negated: false },
      ],
    ],
    ['"kind:Pod"', [{ field: 'text', value: 'kind:Pod', negated: false }]],
    ['-"a b"', [{ field: 'text', value: 'a b', negated: true }]],
    ['status:"Not Ready"', [{ field: 'status', value: 'Not Ready', negated: false }]],
    ['"say \\"hi\\""', [{ field: 'text', value: 'say "hi"', negated: false }]],
    ['label:gpu', [{ field: 'label', key: 'gpu', value: null, negated: false }]],
    ['label:gpu=', [{ field: 'label', key: 'gpu', value: '', negated: false }]],
    ['NAMESPACE:x', [{ field: 'ns', value: 'x', negated: false }]],
    ['web-1', [{ field: 'text', value: 'web-1', negated: false }]],
  ])('reads %j', (text, expected) => {
    expect(without(parseSearch(text).terms)).toEqual(expected)
  })

  test.each([
    ['kind:Secret', 5, /not a kind/],
    ['ok nope:x', 3, /no field "nope"/],
    ['"open', 0, /not closed/],
    ['a "b"c', 5, /space should follow/],
    ['ns:', 3, /needs a value/],
    ['ns:a,,b', 3, /needs a value/],
    ['x -', 2, /nothing to look for/],
    ['label:=x', 6, /no key/],
    ['constructor:x', 0, /no field/],
  ])('refuses %j and says where', (text, position, message) => {
    let error: unknown
    try {
      parseSearch(text)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(SearchQueryError)
    expect((error as SearchQueryError).position).toBe(position)
    expect((error as SearchQueryError).message).toMatch(message)
  })

  test('offers the kinds and fields that it knows', () => {
    expect(() => parseSearch('kind:Secret')).toThrow(expect.objectContaining({ choices: [...InventoryKind.options] }))
    expect(() => parseSearch('x:y')).toThrow(expect.objectContaining({ choices: expect.arrayContaining(['label']) }))
  })

  test('refuses more terms than a query should have', () => {
    expect(() => parseSearch('a '.repeat(51))).toThrow(/more than 50/)
  })

  test('knows kinds in any case, in plural and by short name', () => {
    expect(searchKind('PODS')).toBe('Pod')
    expect(searchKind('ingresses')).toBe('Ingress')
    expect(searchKind('pvc')).toBe('PersistentVolumeClaim')
    expect(searchKind('toString')).toBeUndefined()
  })

  test('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 8 }), terms => {
        expect(without(parseSearch(formatSearch({ terms })).terms)).toEqual(without(terms))
      }),
    )
  })

  test('either parses or throws a SearchQueryError within the text, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 40 }),
      fc.array(fc.constantFrom('kind:', 'ns:', '"', '\\', '-', ' ', 'a', ',', 'label:', '=', ':')).map(a => a.join('')),
    )
    fc.assert(
      fc.property(text, input => {
        try {
          parseSearch(input)
        } catch (error) {
          expect(error).toBeInstanceOf(SearchQueryError)
          expect((error as SearchQueryError).position).toBeLessThanOrEqual(input.length)
        }
      }),
    )
  })
})
