import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { testCluster } from '../inventory/fixtures/inventory.ts'
import { findCluster } from '../store/clusters.ts'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import { keepLastSeen } from './last-seen.ts'

describe.each(['pglite', 'postgres'] as const)('when clusters answered last, on %s', engine => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store?.[Symbol.asyncDispose]())

  test('is written for all together, never backwards, and for good at the end', async () => {
    const ids: string[] = []
    for (let n = 0; n < 3; n += 1) ids.push((await testCluster(store, `seen-${n}`)).id)
    const [first = '', second = ''] = ids
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second, 123))
    const warned: unknown[] = []
    {
      await using seen = keepLastSeen({ store, warn: (_, error) => warned.push(error) })
      seen.note(first, at(1))
      seen.note(second, at(5))
      seen.note(first, at(2))
      seen.note('of a cluster that is gone', at(2))
    }
    {
      await using seen = keepLastSeen({ store, warn: (_, error) => warned.push(error) })
      seen.note(second, at(4))
    }
    const kept = await Promise.all(ids.map(async id => (await findCluster(store.db, id))?.last_seen))
    expect(kept).toEqual([at(2), at(5), null])
    expect(warned).toEqual([])
  })
})
