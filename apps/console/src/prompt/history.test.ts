import { expect, test } from 'vitest'
import { newer, noHistory, older, ran } from './history.ts'

const two = ran(ran(noHistory, 'get pods'), 'get nodes')

test('up goes back line by line and stays at the oldest', () => {
  let [history, line] = older(two, '')
  expect(line).toBe('get nodes')
  ;[history, line] = older(history, line)
  expect(line).toBe('get pods')
  ;[history, line] = older(history, line)
  expect(line).toBe('get pods')
})

test('down comes back to what was being written', () => {
  let [history, line] = older(two, 'descr')
  ;[history, line] = older(history, line)
  ;[history, line] = newer(history, line)
  expect(line).toBe('get nodes')
  ;[history, line] = newer(history, line)
  expect(line).toBe('descr')
  expect(newer(history, 'describe')[1]).toBe('describe')
})

test('without any line up keeps what is written', () => {
  expect(older(noHistory, 'get')[1]).toBe('get')
  expect(newer(noHistory, 'get')[1]).toBe('get')
})

test('the same line twice is kept once, an empty one not at all', () => {
  expect(ran(ran(two, 'get nodes'), '').lines).toEqual(['get pods', 'get nodes'])
})

test('the oldest lines go', () => {
  let history = noHistory
  for (let i = 0; i < 600; i++) history = ran(history, `get pods ${i}`)
  expect(history.lines.length).toBe(500)
  expect(history.lines[0]).toBe('get pods 100')
})
