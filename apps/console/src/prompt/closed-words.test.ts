import { PROMPT_CLOSED } from '@moorage/contract/terminal.ts'
import { expect, test } from 'vitest'
import { closedWords } from './closed-words.ts'

test('each code of the hub has words of its own, and its reason stays', () => {
  const said = Object.values(PROMPT_CLOSED).map(code => closedWords({ kind: 'code', code, reason: 'Because.' }))
  expect(new Set(said.map(({ title }) => title)).size).toBe(said.length)
  expect(said.every(({ detail }) => detail === 'Because.')).toBe(true)
  expect(closedWords({ kind: 'code', code: 1006, reason: '' })).toMatchObject({
    title: 'The connection to the prompt is lost',
    bad: true,
  })
})

test('idleness is nothing bad', () => {
  expect(closedWords({ kind: 'code', code: PROMPT_CLOSED.idle, reason: '' }).bad).toBe(false)
})

test('a refusal is told as it is', () => {
  expect(closedWords({ kind: 'refused', error: new Error('No.') }).detail).toBe('No.')
})
