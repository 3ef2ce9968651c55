import { eventually } from '@moorage/testkit/eventually.ts'
import { sql } from 'kysely'
import { expect, inject, onTestFinished, test } from 'vitest'
import { testStore } from '../fixtures/stores.ts'
import { isOutage } from '../outage.ts'

test('a connection that is lost within a transaction fails that transaction and nothing else', async () => {
  const crashes: unknown[] = []
  const crashed = (error: unknown) => void crashes.push(error)
  // As in main.ts, where it ends the process.
  const before = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', crashed)
  onTestFinished(() => {
    process.off('uncaughtException', crashed)
    for (const listener of before) process.on('uncaughtException', listener)
  })
  await using store = await testStore('postgres', inject('databaseUrl'))
  const gone = Promise.withResolvers<void>()
  const transaction = store.db.transaction().execute(async trx => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
    const pid = rows[0]!.pid
    await sql`select pg_terminate_backend(${pid}::integer)`.execute(store.db)
    // Between two statements, as in a backup whose reader is slow.
    await eventually(
      async () => {
        const left = await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(store.db)
        expect(left.rows).toEqual([])
      },
      { within: 5_000 },
    )
    gone.resolve()
    await sql`select 1`.execute(trx)
  })
  const failure: unknown = await transaction.catch(error => error)
  await gone.promise
  expect(failure).toBeInstanceOf(Error)
  expect(isOutage(failure)).toBe(true)
  expect((await sql`select 1 as one`.execute(store.db)).rows).toEqual([{ one: 1 }])
  expect(crashes).toEqual([])
})
