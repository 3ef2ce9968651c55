import { expect, test } from 'vitest'
import { isDark, readChoice } from './theme.ts'

test('what is stored is read, anything else follows the system', () => {
  expect([readChoice('dark'), readChoice('light'), readChoice('pink'), readChoice(null)]).toEqual([
    'dark',
    'light',
    'system',
    'system',
  ])
})

test('a choice outweighs the system', () => {
  expect([isDark('dark', false), isDark('light', true), isDark('system', true), isDark('system', false)]).toEqual([
    true,
    false,
    true,
    false,
  ])
})
