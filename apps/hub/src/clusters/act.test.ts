import type { KubeTransport } from '@moorage/kube/transport.ts'
import { expect, test } from 'vitest'
import type { Store } from '../store/store.ts'
import type { ClusterRow } from '../store/tables.ts'
import { Acting, type RunningInventory } from './act.ts'
import { answered, facts, T0 } from './fixtures/seen.ts'

test('an inventory that stopped by itself is started again, one that runs is not', async () => {
  const started: { -readonly [K in keyof RunningInventory]: RunningInventory[K] }[] = []
  const deps = {
    store: {} as Store,
    changes: { publish: () => {} },
    now: () => T0,
    log: { info: () => {}, warn: () => {}, debug: () => {} },
    sumUp: async () => ({}),
    startInventory: () => {
      const inventory = {
        ended: false,
        status: () => ({ complete: false, kinds: [] }),
        async [Symbol.asyncDispose]() {},
      }
      started.push(inventory)
      return inventory
    },
  }
  const row = { id: 'c-1', name: 'alpha' } as ClusterRow
  await using acting = new Acting(deps, row, facts, () => {}, new AbortController().signal)
  await acting.use({} as KubeTransport, row)
  await acting.act([{ do: 'start-inventory' }])
  expect(acting.observed(answered).inventory).not.toBeNull()
  await acting.act([{ do: 'start-inventory' }])
  expect(started).toHaveLength(1)

  started[0]!.ended = true
  expect(acting.observed(answered).inventory).toBeNull()
  await acting.act([{ do: 'start-inventory' }])
  expect(started).toHaveLength(2)
  expect(acting.observed(answered).inventory).not.toBeNull()
})
