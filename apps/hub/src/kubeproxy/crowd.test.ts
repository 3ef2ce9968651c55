import { expect, test } from 'vitest'
import { makeCrowd } from './crowd.ts'

test('an agent is asked for so much at once, and for more once something has ended', () => {
  const crowd = makeCrowd()
  const inside = Array.from({ length: 224 }, () => crowd.enter('alpha', 'agent'))
  expect(() => crowd.enter('alpha', 'agent')).toThrow(expect.objectContaining({ status: 429 }))
  crowd.enter('beta', 'agent')[Symbol.dispose]()
  inside[0]?.[Symbol.dispose]()
  inside[0]?.[Symbol.dispose]()
  const one = crowd.enter('alpha', 'agent')
  expect(() => crowd.enter('alpha', 'agent')).toThrow(/under way/)
  one[Symbol.dispose]()
})
