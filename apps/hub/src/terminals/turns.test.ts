import { expect, test } from 'vitest'
import { makeTurns } from './turns.ts'

test('nobody has more turns than their own, and all together no more than there are', () => {
  const turns = makeTurns({ own: 2, all: 3 })
  const first = turns.take('ada') as Disposable
  turns.take('ada')
  expect(turns.take('ada')).toBe('own')
  turns.take('bob')
  expect(turns.take('eve')).toBe('all')
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  expect(turns.take('eve')).toBeTypeOf('object')
  expect(turns.take('bob')).toBe('all')
})
