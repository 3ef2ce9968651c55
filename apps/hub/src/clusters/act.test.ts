import { Readable } from 'node:stream'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { slots } from '@moorage/projector/slots.ts'
import { expect, test, vi } from 'vitest'
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
    readings: slots(1),
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

test('what is read of clusters waits for its turn, and is not begun twice meanwhile', async () => {
  const turns = slots(1)
  const begun: string[] = []
  const summing = Promise.withResolvers<object>()
  const of = (id: string) => {
    const sumUp = () => {
      begun.push(id)
      return summing.promise
    }
    const log = { info: () => {}, warn: () => {}, debug: () => {} }
    const startInventory = () => expect.unreachable()
    const deps = { store: {} as Store, changes: { publish: () => {} }, now: () => T0, log, startInventory }
    return new Acting(
      { ...deps, sumUp, readings: turns },
      { id, name: id } as ClusterRow,
      facts,
      () => {},
      new AbortController().signal,
    )
  }
  await using first = of('c-1')
  await using second = of('c-2')
  const transport = {} as KubeTransport
  for (const acting of [first, second, second, first]) {
    await acting.use(transport, { name: 'any' } as ClusterRow)
    await acting.act([{ do: 'summarise' }])
  }
  await vi.waitFor(() => expect(begun).toEqual(['c-1']))
  expect(second.observed(answered).readAt.summary).toEqual({ got: null, tried: null })
  summing.resolve({})
  await vi.waitFor(() => expect(second.observed(answered).readAt.summary.got).toEqual(T0))
  expect(begun).toEqual(['c-1', 'c-2'])
})

test('rights that were forgotten while they were read are read again', async () => {
  const reviews = Promise.withResolvers<void>()
  let asked = 0
  const transport = {
    request: async () => {
      asked += 1
      await reviews.promise
      const headers = { 'content-type': 'application/json' }
      return {
        status: 201,
        headers,
        body: Readable.from([Buffer.from('{"status":{"allowed":true}}')]),
        trailers: () => ({}),
      }
    },
  } as unknown as KubeTransport
  const learned = vi.fn()
  const log = { info: () => {}, warn: () => {}, debug: () => {} }
  const startInventory = () => expect.unreachable()
  const sumUp = async () => ({ nodeCount: 7 })
  const deps = { store: {} as Store, changes: { publish: () => {} }, now: () => T0, log, startInventory }
  const row = { id: 'c-1', name: 'alpha' } as ClusterRow
  const signal = new AbortController().signal
  await using acting = new Acting({ ...deps, sumUp, readings: slots(1) }, row, facts, learned, signal)
  await acting.use(transport, row)
  await acting.act([{ do: 'review-rights' }])
  await vi.waitFor(() => expect(asked).toBeGreaterThan(0))
  acting.forgetRights()
  reviews.resolve()
  await acting.act([{ do: 'summarise' }])
  await vi.waitFor(() => expect(acting.observed(answered).readAt.summary.got).toEqual(T0))
  expect(acting.observed(answered).readAt.rights).toEqual({ got: null, tried: null })
  await acting.act([{ do: 'review-rights' }])
  await vi.waitFor(() => expect(acting.observed(answered).readAt.rights.got).toEqual(T0))
})
