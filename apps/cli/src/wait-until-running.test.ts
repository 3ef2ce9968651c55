import { expect, test } from 'vitest'
import { isThere, progressText } from './wait-until-running.ts'

const kind = (state: 'pending' | 'watching' | 'forbidden', count: number) => ({
  kind: 'Pod',
  state,
  message: null,
  count,
  syncedAt: null,
})

test('a cluster is there when it runs and all of its inventory is read', () => {
  expect(isThere({ phase: 'Running' }, { complete: false })).toBe(false)
  expect(isThere({ phase: 'Pending' }, { complete: true })).toBe(false)
  expect(isThere({ phase: 'Running' }, { complete: true })).toBe(true)
  expect(isThere({ phase: 'Warning' }, { complete: true })).toBe(true)
})

test('progress tells phase, kinds and objects', () => {
  const sync = { complete: false, kinds: [kind('watching', 20_000), kind('forbidden', 0), kind('pending', 113)] }
  expect(progressText({ name: 'a', phase: 'Pending' }, sync)).toBe(
    'a is Pending; inventory 2 of 3 kinds, 20,113 objects',
  )
  expect(progressText({ name: 'a', phase: 'Pending' }, { complete: false, kinds: [] })).toContain('not begun')
})
