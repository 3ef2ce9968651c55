import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { appendAudit, appendAudits } from './audit.ts'
import type { HeadRow } from './audit-heads.ts'
import { addPartitions, readPartitions } from './audit-partitions.ts'
import { pruneAudit } from './audit-prune.ts'
import { listAudit, pagesOfAudit } from './audit-search.ts'
import { auditEntry } from './fixtures/filled.ts'
import { testDeps, testPlace, testStore } from './fixtures/stores.ts'
import { verifyAudit } from './fixtures/verify-audit.ts'
import { migrate, readMigrations } from './migrate.ts'
import { openStore } from './open.ts'
import type { Store } from './store.ts'

const sign = (kind: 'prune', line: { seq: number; hash: string }): HeadRow => ({
  ...line,
  kind,
  at: new Date(),
  key_id: 'key',
  signature: 'signature',
})

describe.each(['pglite', 'postgres'] as const)('the partitions of the audit on %s', engine => {
  let store: Store
  let year = 2100
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store?.[Symbol.asyncDispose]())

  /** An empty log in the April of a year that no other test has, with the partitions that belong there. */
  async function april() {
    year += 1
    const { db } = store
    const at = (month: number, day: number, ms = 0) => new Date(Date.UTC(year, month - 1, day) + ms)
    await sql`truncate audit, audit_heads`.execute(db)
    await addPartitions(db, at(4, 20))
    const name = (month: number) => `audit_${year}_${String(month).padStart(2, '0')}`
    const put = (...times: Date[]) =>
      appendAudits(
        db,
        times.map(time => ({ ...auditEntry('a'), at: time })),
      )
    const places = async () => {
      const { rows } = await sql<{
        place: string
      }>`select tableoid::regclass::text as place from audit order by seq`.execute(db)
      return rows.map(({ place }) => place)
    }
    const names = async () => (await readPartitions(db)).map(partition => partition.name)
    /** As after a prune, whose record says where the chain begins. */
    const faults = async () => {
      const prune = await db.selectFrom('audit_heads').selectAll().where('kind', '=', 'prune').executeTakeFirst()
      return (await verifyAudit(db, prune)).faults
    }
    return { db, at, name, put, places, names, faults }
  }

  test('are those of this month and two more, made once, whoever makes them', async () => {
    const { db, at, name, names } = await april()
    const before = await names()
    expect(before.slice(-4)).toEqual([name(4), name(5), name(6), 'audit_rest'])
    await Promise.all([addPartitions(db, at(4, 30)), addPartitions(db, at(4, 30))])
    expect(await names()).toEqual(before)
    await Promise.all([addPartitions(db, at(5, 1)), addPartitions(db, at(5, 1))])
    expect(await names()).toEqual([...before.slice(0, -1), name(7), 'audit_rest'])
    const all = await readPartitions(db)
    expect(all.slice(1).map(({ from }) => from)).toEqual(all.slice(0, -1).map(({ to }) => to))
    expect([all[0]!.from, all.at(-1)!.to]).toEqual([null, null])
  })

  test('have a place for every line: at the border, and by a clock that goes back or far ahead', async () => {
    const { db, at, name, put, places, faults } = await april()
    await put(at(5, 1, -1), at(5, 1), at(4, 2), new Date(0), at(11, 5), at(5, 1))
    expect(await places()).toEqual([name(4), name(5), name(4), 'audit_first', 'audit_rest', name(5)])
    expect(await faults()).toEqual([])
    const newest = await listAudit(db, { limit: 9 })
    expect(newest.map(({ seq }) => seq)).toEqual([5, 6, 2, 1, 3, 4])
    expect(await listAudit(db, { limit: 9, before: newest[1]! })).toEqual(newest.slice(2))
    // What lies there already is taken along where a partition begins to be of its month.
    await addPartitions(db, at(5, 1))
    expect((await places())[4]).toBe(name(7))
    expect((await readPartitions(db)).slice(-2)).toMatchObject([{ to: at(12, 1) }, { name: 'audit_rest' }])
    expect((await put(at(7, 1)))[0]!.seq).toBe(7)
    expect((await places()).slice(-1)).toEqual([name(7)])
  })

  test('are dropped where all of them is old, and the chain goes on', async () => {
    const { db, at, name, put, names, faults } = await april()
    await put(at(4, 1), at(4, 2), at(4, 30), at(5, 1), at(5, 9), at(5, 20))
    expect(await pruneAudit(db, at(5, 10), sign)).toBe(3)
    expect(await names()).toEqual(['audit_first', name(5), name(6), 'audit_rest'])
    expect((await readPartitions(db))[0]!.to).toEqual(at(5, 1))
    expect(await db.selectFrom('audit_heads').select(['kind', 'seq']).execute()).toEqual([{ kind: 'prune', seq: 3 }])
    expect(await faults()).toEqual([])
    // Of the month that is not over yet, lines are deleted as such.
    expect(await pruneAudit(db, at(5, 10), sign)).toBe(2)
    expect(await pruneAudit(db, at(5, 10), sign)).toBe(0)
    expect(await faults()).toEqual([])
    // An early line has its place still, and the newest one stays whatever its age.
    await put(at(4, 5))
    expect(await pruneAudit(db, at(6, 10), sign)).toBe(1)
    expect(await pruneAudit(db, at(6, 10), sign)).toBe(0)
    expect((await listAudit(db, { limit: 9 })).map(({ seq }) => seq)).toEqual([7])
    expect(await faults()).toEqual([])
  })

  test('are dropped with lines that were numbered before theirs, and not where those stay', async () => {
    const { db, at, put, names, faults } = await april()
    await put(at(4, 29), at(5, 1, 2), at(5, 1, -1), at(5, 1, 4), at(5, 30))
    const before = await names()
    // The second line is not old yet, and stands before the third.
    expect(await pruneAudit(db, at(5, 1, 1), sign)).toBe(1)
    expect(await names()).toEqual(before)
    expect(await pruneAudit(db, at(5, 1, 3), sign)).toBe(2)
    expect((await names()).length).toBeLessThan(before.length)
    expect((await listAudit(db, { limit: 9 })).map(({ seq }) => seq)).toEqual([5, 4])
    expect(await faults()).toEqual([])
  })

  test('that a search is not about are not looked at', async () => {
    const { db, at, name, put } = await april()
    await put(...Array.from({ length: 90 }, (_, day) => at(4, 1 + day)))
    await sql`analyze audit`.execute(db)
    const touched = async (filter: object) => {
      const plans = await Promise.all(pagesOfAudit(db, { limit: 5, ...filter }).map(page => page.explain('json')))
      return [...new Set(JSON.stringify(plans).match(/audit_(\d{4}_\d\d|first|rest)(?=")/g))].sort()
    }
    expect(await touched({ since: at(5, 2), until: at(5, 20) })).toEqual([name(5)])
    expect(await touched({ since: at(4, 30), until: at(5, 20), actor: 'ci', verb: 'get' })).toEqual([name(4), name(5)])
    expect(await touched({ since: at(6, 2) })).toEqual([name(6), 'audit_rest'].sort())
    const before = { at: at(5, 1), seq: 30 }
    expect(await touched({ before })).not.toContain(name(6))
    // Without a time they are walked one after another, the newest first: none is asked before the one after it is through.
    const [plan] = await Promise.all(pagesOfAudit(db, { limit: 5 }).map(page => page.explain('json')))
    expect(JSON.stringify(plan)).toContain('"Node Type":"Append"')
    expect(JSON.stringify(plan)).not.toContain('Merge Append')
  })

  test('have the index by which few lines are found of much that is frequent', async () => {
    const { db, at, put } = await april()
    await put(at(4, 1))
    const index = async (filter: object) => {
      const plans = await db.transaction().execute(async trx => {
        // A log of one line is read faster as a whole.
        await sql`set local enable_seqscan = off`.execute(trx)
        await sql`set local enable_indexscan = off`.execute(trx)
        return Promise.all(pagesOfAudit(trx, { limit: 5, ...filter }).map(page => page.explain('json')))
      })
      return /"Index Name":"audit_\w+?_(array|action)_/.exec(JSON.stringify(plans))?.[1]
    }
    expect(await index({ verb: 'get' })).toBe('array')
    expect(await index({ status: [302, 302] })).toBe('array')
    expect(await index({ action: 'kube.get' })).toBe('array')
    expect(await index({ action: 'tokens' })).toBe('action')
    expect(await index({ action: 'tokens.create' })).toBe('action')
  })

  test('are made of a log that is there, which stays as it is', async () => {
    await using place = await testPlace(engine, inject('databaseUrl'))
    await using old = await openStore(place.config, testDeps)
    const { db } = old
    const migrations = await readMigrations()
    const partitions = migrations.find(migration => migration.name.endsWith('_partitions'))!
    await migrate(db, migrations, { upTo: partitions.version - 1 })
    // Lines are appended by today's code, which has the chain locked by a function that is newer.
    await sql.raw(migrations.find(migration => migration.name.endsWith('_audit_lock'))!.sql).execute(db)
    const ahead = new Date(Date.now() + 100 * 86_400_000)
    const times = [new Date(0), new Date('2026-01-31T23:59:59.999Z'), ahead, new Date()]
    await appendAudits(
      db,
      times.map(at => ({ ...auditEntry('before'), at, status: 404, verb: 'get' })),
    )
    const before = await db.selectFrom('audit').selectAll().orderBy('seq').execute()
    // One that fails half-way leaves what was there.
    const broken = { ...partitions, sql: `${partitions.sql} select 1 / 0;` }
    await expect(migrate(db, [...migrations.slice(0, partitions.version - 1), broken])).rejects.toMatchObject({
      code: 'migration_failed',
    })
    expect(await verifyAudit(db)).toMatchObject({ lines: 4, faults: [] })
    await migrate(db, migrations)
    expect(await db.selectFrom('audit').selectAll().orderBy('seq').execute()).toEqual(before)
    expect((await appendAudit(db, { ...auditEntry('after'), at: ahead })).seq).toBe(5)
    expect(await verifyAudit(db)).toMatchObject({ lines: 5, faults: [] })
    await addPartitions(db, new Date())
    expect((await readPartitions(db))[0]!.to!.getTime()).toBeGreaterThan(ahead.getTime())
    const indexes = async (table: string) => {
      const { rows } = await sql<{ define: string }>`
        select regexp_replace(indexdef, '^.* USING ', '') as define from pg_indexes where tablename = ${table} order by 1`.execute(
        db,
      )
      return rows.map(({ define }) => define)
    }
    expect(await indexes('audit_first')).toEqual(await indexes('audit_rest'))
  })
})

test('a partition that somebody reads is not waited for: its lines are deleted instead', async () => {
  await using store = await testStore('postgres', inject('databaseUrl'))
  const { db } = store
  await addPartitions(db, new Date('2100-05-01'))
  await appendAudits(
    db,
    ['2100-03-01', '2100-05-01', '2100-05-02'].map(at => ({ ...auditEntry('a'), at: new Date(at) })),
  )
  const before = await readPartitions(db)
  await db.transaction().execute(async reading => {
    await sql`lock table audit in access share mode`.execute(reading)
    expect(await pruneAudit(db, new Date('2100-05-01'), sign)).toBe(1)
  })
  expect(await readPartitions(db)).toEqual(before)
  expect((await listAudit(db, { limit: 9 })).map(({ seq }) => seq)).toEqual([3, 2])
})
