import { describe, expect, inject, test } from 'vitest'
import { appendAudit, countAudit, listAudit, verifyAudit } from './audit.ts'
import { auditEntry } from './fixtures/filled.ts'
import { testStore } from './fixtures/stores.ts'

describe.each(['pglite', 'postgres'] as const)('the audit on %s', engine => {
  test('is one whole chain, whoever appends at the same time', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    await Promise.all(Array.from({ length: 40 }, (_, n) => appendAudit(store.db, auditEntry(`action-${n}`))))
    expect(await verifyAudit(store.db)).toMatchObject({ whole: true, lines: 40 })
    const newest = await listAudit(store.db, { limit: 15 })
    const older = await listAudit(store.db, { limit: 100, before: newest.at(-1)!.seq })
    expect([...newest, ...older].map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => 40 - n))
  })

  test('shows which line was changed or taken out', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    for (let n = 0; n < 5; n++) await appendAudit(store.db, auditEntry(`action-${n}`))
    const { db } = store
    await db.updateTable('audit').set({ allowed: false }).where('seq', '=', 3).execute()
    expect(await verifyAudit(db)).toEqual({ whole: false, seq: 3, why: 'The line was changed.' })
    await db.updateTable('audit').set({ allowed: true }).where('seq', '=', 3).execute()
    expect(await verifyAudit(db)).toMatchObject({ whole: true })
    await db.deleteFrom('audit').where('seq', '=', 2).execute()
    expect(await verifyAudit(db)).toMatchObject({ whole: false, seq: 3 })
  })

  test('is read by action, area, actor and time', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const { db } = store
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
    for (const [minute, action, actor_id, actor_name] of [
      [1, 'tokens.create', 't1', 'ci'],
      [2, 'tokens.revoke', 't2', 'admin'],
      [3, 'tokens_x.y', 't2', 'admin'],
      [4, 'clusters.connect', 't3', 'ci'],
    ] as const)
      await appendAudit(db, { ...auditEntry(action), at: at(minute), actor_id, actor_name })
    const found = async (filter: object) => {
      const rows = await listAudit(db, { ...filter, limit: 9 })
      expect(await countAudit(db, filter, 9)).toBe(rows.length)
      return rows.map(({ seq }) => seq)
    }
    expect(await found({})).toEqual([4, 3, 2, 1])
    expect(await found({ action: 'tokens' })).toEqual([2, 1])
    expect(await found({ action: 'tokens.create' })).toEqual([1])
    expect(await found({ action: 'tokens.' })).toEqual([])
    expect(await found({ action: '%' })).toEqual([])
    expect(await found({ actor: 'ci' })).toEqual([4, 1])
    expect(await found({ actor: 't2', action: 'tokens' })).toEqual([2])
    expect(await found({ since: at(2), until: at(4) })).toEqual([3, 2])
    expect(await countAudit(db, {}, 3)).toBe(3)
  })

  test('has a line if and only if the change that it tells of happened', async () => {
    await using store = await testStore(engine, inject('databaseUrl'))
    const undone = store.db.transaction().execute(async trx => {
      await appendAudit(trx, auditEntry('undone'))
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    await appendAudit(store.db, auditEntry('done'))
    expect((await listAudit(store.db, { limit: 9 })).map(({ action }) => action)).toEqual(['done'])
    expect(await verifyAudit(store.db)).toMatchObject({ whole: true, lines: 1 })
  })
})
