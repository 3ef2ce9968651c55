import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { makeSealer } from '../connections/sealing.ts'
import { SealingKey } from '../connections/sealing-key.ts'
import { appendAudits } from '../store/audit.ts'
import { auditHash } from '../store/audit-hash.ts'
import { newestLine } from '../store/audit-heads.ts'
import { auditEntry } from '../store/fixtures/filled.ts'
import { testStore } from '../store/fixtures/stores.ts'
import type { Store } from '../store/store.ts'
import type { Database } from '../store/tables.ts'
import { openAudit } from './audit.ts'
import { openHeadKey } from './head-key.ts'
import { pruneOldAudit, signAudit } from './keeper.ts'
import { verifyAudit } from './verify.ts'

const DAY = 86_400_000

describe.each(['pglite', 'postgres'] as const)('verifying the audit on %s', engine => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(engine, inject('databaseUrl'))
  })
  afterAll(() => store?.[Symbol.asyncDispose]())

  /** A log of 20 lines, of which the 10th and the last are signed. */
  async function filled() {
    await sql`truncate audit, audit_heads, meta`.execute(store.db)
    const sealer = makeSealer([new SealingKey(randomBytes(32))])
    const warn = () => expect.unreachable()
    const headKey = await openHeadKey({ store, sealer, instance: 'i', warn })
    let now = new Date()
    const deps = { store, sealer, headKey, now: () => now, warn, audit: openAudit({ store, now: () => now }) }
    const add = async (from: number, to: number) => {
      const lines = Array.from({ length: to - from + 1 }, (_, n) => ({ ...auditEntry(`a${from + n}`), at: now }))
      await appendAudits(store.db, lines)
      return signAudit(deps)
    }
    await add(1, 10)
    const head = await add(11, 20)
    const later = (ms: number) => {
      now = new Date(now.getTime() + ms)
    }
    const found = async (kept?: { seq: number; hash: string }) =>
      (await verifyAudit(deps, { after: 0, kept })).faults.map(({ what, seq, to }) => [what, seq, to])
    return {
      deps,
      db: store.db,
      add,
      head: head!,
      later,
      found,
    }
  }

  /** Writes every hash from a line on anew, as somebody would who has the whole database. */
  async function rewrite(db: Kysely<Database>, from: number): Promise<void> {
    const rows = await db.selectFrom('audit').selectAll().orderBy('seq').execute()
    let previous = rows.find(({ seq }) => seq === from - 1)!.hash
    for (const row of rows.filter(({ seq }) => seq >= from)) {
      const hash = auditHash(previous, row)
      await db.updateTable('audit').set({ previous, hash }).where('seq', '=', row.seq).execute()
      previous = hash
    }
  }

  test('finds nothing in a whole log, in one part or in several', async () => {
    const log = await filled()
    expect(await verifyAudit(log.deps, { after: 0 })).toMatchObject({
      lines: 20,
      faults: [],
      next: null,
      signed: 20,
      pruned: null,
    })
    const first = await verifyAudit(log.deps, { after: 0, lines: 7 })
    expect(first).toMatchObject({ lines: 7, faults: [], next: 7 })
    expect(await verifyAudit(log.deps, { after: 7, lines: 13 })).toMatchObject({ lines: 13, faults: [], next: 20 })
    expect(await verifyAudit(log.deps, { after: 20 })).toMatchObject({ lines: 0, faults: [], next: null })
  })

  test('names a line of which anything was changed, and the lines of a gap', async () => {
    const log = await filled()
    const { db, found } = log
    const columns = { actor_name: 'x', allowed: false, status: 1, namespace: 'n', bytes_out: 1, binding: 'b', via: 'v' }
    for (const [column, value] of Object.entries({
      ...columns,
      at: new Date(0),
      format: 1,
      client: '',
      recording: 'r',
    })) {
      const before = await db.selectFrom('audit').selectAll().where('seq', '=', 5).executeTakeFirstOrThrow()
      await db
        .updateTable('audit')
        .set({ [column]: value })
        .where('seq', '=', 5)
        .execute()
      expect(await found(), column).toEqual([['changed', 5, 5]])
      await db.updateTable('audit').set(before).where('seq', '=', 5).execute()
    }
    expect(await found()).toEqual([])
    await db.deleteFrom('audit').where('seq', 'in', [3, 7, 8]).execute()
    expect(await found()).toEqual([
      ['missing', 3, 3],
      ['missing', 7, 8],
    ])
    await db.deleteFrom('audit').where('seq', '<', 3).execute()
    expect(await found()).toEqual([
      ['missing', 1, 3],
      ['missing', 7, 8],
    ])
  })

  test('names lines that were moved, or put in between', async () => {
    const log = await filled()
    const { db, found } = log
    await sql`update audit set seq = case seq when 4 then -1 else seq end where seq = 4`.execute(db)
    await sql`update audit set seq = 4 where seq = 6`.execute(db)
    await sql`update audit set seq = 6 where seq = -1`.execute(db)
    expect(await found()).toEqual(
      expect.arrayContaining([
        ['changed', 4, 4],
        ['changed', 6, 6],
      ]),
    )

    const other = await filled()
    await sql`update audit set seq = seq + 1000 where seq > 12`.execute(other.db)
    await sql`update audit set seq = seq - 999 where seq > 1000`.execute(other.db)
    const twelfth = await other.db.selectFrom('audit').selectAll().where('seq', '=', 12).executeTakeFirstOrThrow()
    const made = { ...twelfth, seq: 13, previous: twelfth.hash, action: 'made up' }
    await other.db
      .insertInto('audit')
      .values({ ...made, hash: auditHash(twelfth.hash, made) })
      .execute()
    expect(await other.found()).toEqual(
      expect.arrayContaining([
        ['changed', 14, 14],
        ['changed', 21, 21],
      ]),
    )
  })

  test('finds a log that was written anew from some line on, by what was signed', async () => {
    const log = await filled()
    const { db, found } = log
    await db.updateTable('audit').set({ actor_name: 'somebody else' }).where('seq', '=', 15).execute()
    await rewrite(db, 15)
    expect(await found()).toEqual([['not-as-signed', 20, 20]])
    await db
      .updateTable('audit_heads')
      .set({ hash: (await newestLine(db))!.hash })
      .where('seq', '=', 20)
      .execute()
    expect(await found()).toEqual([['unsigned-head', 20, 20]])
    await db.deleteFrom('audit_heads').where('seq', '=', 20).execute()
    // All that the hub itself has says that it is whole; who has kept the head knows better.
    expect(await found()).toEqual([])
    expect(await found(log.head)).toEqual([['not-as-signed', 20, 20]])
  })

  test('finds lines that were cut off at the end, also after others were written', async () => {
    const log = await filled()
    const { db, found, head } = log
    await db.deleteFrom('audit').where('seq', '>', 17).execute()
    expect(await found()).toEqual([['cut-off', 18, 20]])
    log.later(1)
    await log.add(18, 25)
    expect(await found()).toEqual([['not-as-signed', 20, 20]])
    await db.deleteFrom('audit').where('seq', '>', 10).execute()
    await db.deleteFrom('audit_heads').where('seq', '>', 10).execute()
    expect(await found()).toEqual([])
    expect(await found(head)).toEqual([['cut-off', 11, 20]])
    await db.deleteFrom('audit').execute()
    expect(await found()).toEqual([['cut-off', 1, 10]])
  })

  test('holds after old lines were pruned, which is signed as well', async () => {
    const log = await filled()
    const { db, deps, found } = log
    log.later(10 * DAY)
    await log.add(21, 22)
    expect(await pruneOldAudit(deps, 5 * DAY)).toBe(20)
    expect(await pruneOldAudit(deps, 5 * DAY)).toBe(0)
    expect(await verifyAudit(deps, { after: 0 })).toMatchObject({ lines: 3, faults: [], pruned: { to: 20 } })
    expect(await verifyAudit(deps, { after: 5 })).toMatchObject({ lines: 3, faults: [] })
    log.later(10 * DAY)
    // The newest line stays, whatever its age, and the log goes on from it.
    expect(await pruneOldAudit(deps, 5 * DAY)).toBe(2)
    await log.add(25, 26)
    expect(await found()).toEqual([])
    await db.deleteFrom('audit').where('seq', '=', 23).execute()
    expect(await found()).toEqual([['missing', 23, 23]])
    await db.updateTable('audit_heads').set({ seq: 23, hash: 'x' }).where('kind', '=', 'prune').execute()
    expect(await found()).toEqual(expect.arrayContaining([['unsigned-head', 23, 23]]))
  })

  test('knows lines of the format before this one, and no going back to it', async () => {
    const log = await filled()
    const { db, found } = log
    await db.deleteFrom('audit_heads').execute()
    const rows = await db.selectFrom('audit').selectAll().orderBy('seq').execute()
    await db.deleteFrom('audit').execute()
    let previous = '0'.repeat(64)
    for (const row of rows) {
      const old = { ...row, seq: row.seq * 2, format: row.seq < 6 ? 1 : 2 }
      const hash = auditHash(previous, old)
      await db
        .insertInto('audit')
        .values({ ...old, previous, hash })
        .execute()
      previous = hash
    }
    expect((await found()).map(([what]) => what)).toEqual(rows.slice(5).map(() => 'missing'))
    await db.updateTable('audit').set({ format: 1 }).where('seq', '=', 14).execute()
    await rewriteOne(db, 14)
    expect(await found()).toEqual(expect.arrayContaining([['changed', 14, 14]]))
  })

  async function rewriteOne(db: Kysely<Database>, seq: number): Promise<void> {
    const row = await db.selectFrom('audit').selectAll().where('seq', '=', seq).executeTakeFirstOrThrow()
    await db
      .updateTable('audit')
      .set({ hash: auditHash(row.previous, row) })
      .where('seq', '=', seq)
      .execute()
  }
})
