import { describe, expect, inject, test } from 'vitest'
import { appendAudit, listAudit, verifyAudit } from './audit.ts'
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
