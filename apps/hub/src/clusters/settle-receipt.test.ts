import type { ObjectRef, Receipt } from '@moorage/contract/cluster.ts'
import { expect, test } from 'vitest'
import { settleReceipt } from './settle-receipt.ts'

const object = (name: string, uid = ''): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'a',
  name,
  uid,
})
const receipt: Receipt = {
  id: 'c-1',
  name: 'edge',
  uid: 'u',
  disconnectedAt: '2026-01-01T00:00:00.000Z',
  by: 'ada',
  forced: true,
  removed: [object('before', 'x')],
  owed: [object('one'), object('two')],
  forgotten: [],
  kept: [],
  tombstoneUntil: '2026-01-04T00:00:00.000Z',
}
const now = new Date('2026-01-01T01:00:00.000Z')

test('what was removed is owed no more, with the UID that it had, and the rest still is', () => {
  const once = settleReceipt(receipt, { removed: [object('one', 'u1'), object('more', 'u2')], kept: [] }, now)
  expect(once.removed.map(({ name, uid }) => `${name} ${uid}`)).toEqual(['before x', 'one u1', 'more u2'])
  expect(once.owed.map(({ name }) => name)).toEqual(['two'])
  expect(once).not.toHaveProperty('settledAt')
  const because = 'it was there before'
  const twice = settleReceipt(once, { removed: [object('one', 'u1')], kept: [{ object: object('two'), because }] }, now)
  expect(twice).toMatchObject({ owed: [], kept: [`ConfigMap a/two: ${because}`], settledAt: now.toISOString() })
  expect(twice.removed).toHaveLength(3)
  // Told again, nothing changes.
  const later = new Date(now.getTime() + 1000)
  expect(settleReceipt(twice, { removed: [], kept: [{ object: object('two'), because }] }, later)).toEqual(twice)
})
