import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testStore } from '../fixtures/stores.ts'
import { keepHouse } from './housekeeping.ts'

const MB = 1024 * 1024

test('the write-ahead log and dead rows stay bounded, which the engine does not see to by itself', async () => {
  await using store = await testStore('pglite', '')
  const { db } = store
  await sql`insert into meta select 'k' || n, repeat('x', 1000) from generate_series(1, 5000) n`.execute(db)
  const size = async () => {
    const { rows } = await sql<{ wal: number; data: number }>`
      select (select sum(size) from pg_ls_waldir()) as wal, pg_relation_size('meta') as data`.execute(db)
    return rows[0]!
  }
  let at = '0/0'
  for (let round = 0; round < 20; round++) {
    await sql`update meta set value = value || ${round}`.execute(db)
    // Counts reach the statistics at most once a second, unless asked for.
    await sql`select pg_stat_force_next_flush()`.execute(db)
    at = await keepHouse(db, at)
  }
  const { wal, data } = await size()
  expect(wal).toBeLessThan(100 * MB)
  expect(data).toBeLessThan(40 * MB)
})
