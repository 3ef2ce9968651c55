import { expect, test } from 'vitest'
import { inOrder } from './catalog.ts'

const table = (name: string, ...needs: string[]) => ({ name, needs })

test('tables come after those that they point to', () => {
  const sorted = inOrder([table('a', 'c'), table('b', 'a', 'c'), table('c'), table('d')])
  expect(sorted.map(({ name }) => name)).toEqual(['c', 'a', 'b', 'd'])
})

test('tables that point to each other are refused', () => {
  expect(() => inOrder([table('a', 'b'), table('b', 'a'), table('c')])).toThrow('a, b')
})
