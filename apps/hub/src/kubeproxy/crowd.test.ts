import { expect, test } from 'vitest'
import { type Crowd, makeCrowd } from './crowd.ts'

const agent = { room: () => 512 }
const enter = (crowd: Crowd, count: number, long: boolean) =>
  Array.from({ length: count }, () => crowd.enter('alpha', agent, long))
const refused = (crowd: Crowd, long: boolean) =>
  expect(() => crowd.enter('alpha', agent, long)).toThrow(expect.objectContaining({ status: 429 }))

test('an agent is asked for as much as it has connections, and for more once something has ended', () => {
  const crowd = makeCrowd()
  const inside = enter(crowd, 480, false)
  refused(crowd, false)
  refused(crowd, true)
  crowd.enter('beta', agent, false)[Symbol.dispose]()
  inside[0]?.[Symbol.dispose]()
  inside[0]?.[Symbol.dispose]()
  const [one] = enter(crowd, 1, false)
  expect(() => crowd.enter('alpha', agent, false)).toThrow(/under way/)
  one?.[Symbol.dispose]()
})

test('what goes on for long leaves some of it to what is short', () => {
  const crowd = makeCrowd()
  const watches = enter(crowd, 420, true)
  expect(() => crowd.enter('alpha', agent, true)).toThrow(/watches and sessions/)
  enter(crowd, 60, false)
  refused(crowd, false)
  watches[0]?.[Symbol.dispose]()
  enter(crowd, 1, true)
})

test('an agent that says that it dials less is asked for less, two agents for more, and what has no such limit for thousands', () => {
  const crowd = makeCrowd()
  const old = { room: () => 256 }
  for (let count = 0; count < 224; count += 1) crowd.enter('old', old, false)
  expect(() => crowd.enter('old', old, false)).toThrow(/^224 requests/)
  crowd.enter('old', agent, false)
  for (let count = 0; count < 3_500; count += 1) crowd.enter('direct', {}, true)
  expect(() => crowd.enter('direct', {}, true)).toThrow(/^3500 watches/)
})
