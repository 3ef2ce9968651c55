import fc from 'fast-check'
import { expect, test } from 'vitest'
import { begin, hear, lose, MOST_CHARS, running, type Scrollback, textOf } from './scrollback.ts'

const output = (id: string, text: string, stream: 'stdout' | 'stderr' = 'stdout') =>
  ({ type: 'output', id, stream, text }) as const
const one = begin([], '1', 'get pods')

test('a line runs until it exits, and has what it wrote in order', () => {
  let now = hear(hear(hear(one, output('1', 'a')), output('1', 'b')), output('1', 'c', 'stderr'))
  expect(running(now)?.line).toBe('get pods')
  now = hear(now, { type: 'exit', id: '1', code: 1 })
  expect(running(now)).toBeNull()
  expect(now).toEqual([
    {
      id: '1',
      line: 'get pods',
      parts: [
        { stream: 'stdout', text: 'ab' },
        { stream: 'stderr', text: 'c' },
      ],
      end: { kind: 'exited', code: 1, reason: null },
      shortened: false,
    },
  ])
})

test('a refusal is an end, and what comes after an end changes nothing', () => {
  const refused = hear(one, { type: 'refused', id: '1', message: 'No.' })
  expect(refused[0]?.end).toEqual({ kind: 'refused', message: 'No.' })
  expect(hear(refused, output('1', 'late'))).toEqual(refused)
  expect(hear(refused, output('2', 'of nobody'))).toEqual(refused)
})

test('with the connection goes what ran', () => {
  const done = hear(one, { type: 'exit', id: '1', code: 0 })
  expect(lose(begin(done, '2', 'get nodes')).map(({ end }) => end?.kind)).toEqual(['exited', 'lost'])
})

test('older lines go before newer output does', () => {
  let now: Scrollback = hear(hear(one, output('1', 'x'.repeat(10))), { type: 'exit', id: '1', code: 0 })
  now = hear(begin(now, '2', 'get nodes'), output('2', 'y'.repeat(MOST_CHARS - 5)))
  expect(now.map(({ id }) => id)).toEqual(['2'])
  now = hear(now, output('2', 'z'.repeat(100)))
  expect(now[0]).toMatchObject({ shortened: true, line: 'get nodes' })
  expect(now.map(textOf).join('').length).toBe(MOST_CHARS)
  expect(textOf(now[0] as NonNullable<(typeof now)[0]>).endsWith('z')).toBe(true)
})

test('it is never longer than its bound, and ends with the newest', () => {
  const piece = fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), chars: fc.nat(200_000) })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      let now: Scrollback = one
      for (const { stream, chars } of pieces) now = hear(now, output('1', 'x'.repeat(chars), stream))
      expect(now.map(textOf).join('').length).toBeLessThanOrEqual(MOST_CHARS)
      expect(running(now)?.id).toBe('1')
    }),
    { numRuns: 50 },
  )
})
