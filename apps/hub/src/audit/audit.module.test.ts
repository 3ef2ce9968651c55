import { describe, expect, inject, test } from 'vitest'
import { testStore } from '../store/fixtures/stores.ts'
import { verifyAudit } from '../store/fixtures/verify-audit.ts'
import { type AuditEntry, openAudit } from './audit.ts'

const entry: AuditEntry = {
  ...{ who: null, source: '::1', action: 'kube.create', clusterId: null, target: '/api', allowed: true, because: 'b' },
  ...{ status: null, durationMs: null, requestId: 'none', client: 'a "quoted" ünïcode 😀 \\ client' },
}

describe.each(['pglite', 'postgres'] as const)('lines that come at the same time, on %s', engine => {
  test('are each stored before whoever waits for it goes on, and make one whole chain', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    // Two replicas.
    const audits = [openAudit({ store, now: () => new Date() }), openAudit({ store, now: () => new Date() })]
    const stored = async (requestId: string) => {
      const rows = await store.db.selectFrom('audit').select('client').where('request_id', '=', requestId).execute()
      return rows.map(({ client }) => client)
    }
    const record = async (n: number) => {
      await audits[n % 2]?.record({ ...entry, requestId: `r-${n}` })
      return stored(`r-${n}`)
    }
    const found = await Promise.all(Array.from({ length: 60 }, (_, n) => record(n)))
    expect(found).toEqual(Array.from({ length: 60 }, () => [entry.client]))
    expect(await verifyAudit(store.db)).toMatchObject({ faults: [], lines: 60 })
  })
})
