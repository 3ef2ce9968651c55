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
  const nodes = { kind: 'Node', state: 'watching' as const, message: null, count: 3, syncedAt: null }
  const read = { complete: true, kinds: [nodes] }
  expect(isThere({ phase: 'Running', nodeCount: 3 }, { ...read, complete: false })).toBe(false)
  expect(isThere({ phase: 'Pending', nodeCount: 3 }, read)).toBe(false)
  expect(isThere({ phase: 'Running', nodeCount: null }, read)).toBe(false)
  expect(isThere({ phase: 'Running', nodeCount: null }, { ...read, kinds: [{ ...nodes, state: 'forbidden' }] })).toBe(
    true,
  )
  expect(isThere({ phase: 'Running', nodeCount: 3 }, read)).toBe(true)
  expect(isThere({ phase: 'Warning', nodeCount: 3 }, read)).toBe(true)
})

test('progress tells phase, kinds and objects', () => {
  const sync = { complete: false, kinds: [kind('watching', 20_000), kind('forbidden', 0), kind('pending', 113)] }
  expect(progressText({ name: 'a', phase: 'Pending' }, sync)).toBe(
    'a is Pending; inventory 2 of 3 kinds, 20,113 objects',
  )
  expect(progressText({ name: 'a', phase: 'Pending' }, { complete: false, kinds: [] })).toContain('not begun')
})
