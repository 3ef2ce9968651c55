import type { Change } from '@moorage/contract/hub.ts'
import { expect, test } from 'vitest'
import { fleetAction, PATCH_AT_MOST } from './batch.ts'
import { wentLive, wentLost } from './live-state.ts'

const change = (type: Change['type'], cluster: string): Change => ({
  type,
  cluster,
  name: cluster,
  kinds: [],
  at: '2026-11-20T12:00:00Z',
})

test('inventory and events do not touch the fleet', () => {
  expect(fleetAction([change('inventory', 'a'), change('events', 'a')])).toEqual({ do: 'nothing' })
})

test('a cluster that changed often is read once, and one that is gone is not read', () => {
  expect(
    fleetAction([change('cluster', 'a'), change('cluster', 'a'), change('cluster', 'b'), change('gone', 'b')]),
  ).toEqual({
    do: 'patch',
    read: ['a'],
    drop: ['b'],
  })
})

test('many at once reload the list', () => {
  const many = Array.from({ length: PATCH_AT_MOST + 1 }, (_, i) => change('cluster', String(i)))
  expect(fleetAction(many)).toEqual({ do: 'reload' })
})

test('a connection that keeps failing counts as lost from its first failure', () => {
  const lost = wentLost(wentLive(1000), 5000)
  expect(wentLost(lost, 9000)).toEqual({ state: 'lost', since: 5000, lastLive: 5000 })
  expect(wentLost({ state: 'connecting' }, 5000)).toEqual({ state: 'lost', since: 5000, lastLive: null })
})
