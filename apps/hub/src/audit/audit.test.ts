import { describe, expect, test } from 'vitest'
import type { Store } from '../store/store.ts'
import { type AuditEntry, openAudit, toAuditRow } from './audit.ts'
import { batchAudit } from './batched.ts'

/** A database that is gone. */
const db = new Proxy({} as Store['db'], {
  get: () => () => {
    throw new Error('the database is gone')
  },
})
const now = () => new Date(0)
const entry: AuditEntry = {
  ...{ who: null, source: '::1', action: 'kube.get', clusterId: null, target: '/api', allowed: true, because: 'b' },
  ...{ status: 200, requestId: 'r', durationMs: 1 },
}

describe('while the log can not be written', () => {
  test('what has to be in it is refused, with a code and a sentence', async () => {
    await expect(openAudit({ store: { db }, now }).record(entry)).rejects.toMatchObject({
      code: 'audit_unavailable',
      message: 'The audit log can not be written, so nothing may be changed and no cluster be reached now.',
    })
  })

  test('that is so for each of those that come at the same time, and for the next one', async () => {
    const audit = openAudit({ store: { db }, now })
    const all = await Promise.allSettled([audit.record(entry), audit.record(entry), audit.record(entry)])
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await expect(audit.record(entry)).rejects.toMatchObject({ code: 'audit_unavailable' })
  })

  test('it goes on where that is set, and is told', async () => {
    const lost: unknown[] = []
    await openAudit({ store: { db }, now, onFailure: 'allow', lost: error => lost.push(error) }).record(entry)
    expect(lost).toHaveLength(1)
  })

  test.each([
    ['refuse', false],
    ['allow', true],
  ] as const)('no cluster is reached, unless that is allowed: %s', async (onFailure, writes) => {
    const failures: unknown[] = []
    const reads = batchAudit({ store: { db }, now, onFailure, failed: error => failures.push(error) })
    expect(reads.writes).toBe(true)
    reads.note(entry)
    await reads[Symbol.asyncDispose]()
    expect([reads.writes, failures.length > 0]).toEqual([writes, true])
  })
})

test('what came with a request is cut, and no text that a database refuses', () => {
  const row = toAuditRow({ ...entry, client: `a\0\ud800${'x'.repeat(600)}`, name: '😀'.repeat(400) }, now())
  expect(row.client).toHaveLength(501)
  expect(row.client).toMatch(/^a\ufffdx+…$/)
  expect(row.name?.isWellFormed()).toBe(true)
})
