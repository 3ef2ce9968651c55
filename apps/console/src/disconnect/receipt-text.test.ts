import { expect, test } from 'vitest'
import { receiptText } from './receipt-text.ts'

test('a receipt as text has everything that it says', () => {
  const text = receiptText({
    id: 'r-1',
    name: 'harbour',
    uid: 'u-1',
    disconnectedAt: '2026-11-20T12:00:00Z',
    by: 'admin',
    forced: true,
    removed: [],
    owed: [{ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'access', name: 'moorage', uid: 'o-1' }],
    forgotten: ['The sealed kubeconfig.'],
    kept: ['The cluster.'],
    tombstoneUntil: '2026-11-23T12:00:00Z',
  })
  expect(text).toContain('Cluster harbour (u-1)\nDisconnected 2026-11-20T12:00:00Z by admin, forced')
  expect(text).toContain('Removed from the cluster:\n  none')
  expect(text).toContain('Still in the cluster:\n  ServiceAccount access/moorage (o-1)')
  expect(text).toContain('Forgotten by the hub:\n  The sealed kubeconfig.')
})
