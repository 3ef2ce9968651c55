import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { appendAudit } from './audit.ts'
import { writeBackup } from './backup.ts'
import { readTables } from './catalog.ts'
import { fillStore } from './fixtures/filled.ts'
import { testDeps, testPlace, testStore } from './fixtures/stores.ts'
import { verifyAudit } from './fixtures/verify-audit.ts'
import { appliedMigrations, migrate, readMigrations } from './migrate.ts'
import { openStore } from './open.ts'
import { withRows } from './read-rows.ts'
import { restoreBackup } from './restore.ts'
import type { Store } from './store.ts'

const NOW = new Date('2026-01-02T03:04:05.678Z')
const migrations = await readMigrations()
const deps = { migrations, keyIds: ['key-1'] }

async function backupOf(store: Store): Promise<Buffer> {
  const out = new PassThrough()
  const [bytes] = await Promise.all([buffer(out), writeBackup(store, out, NOW)])
  return bytes
}

/** Every row of every table, as PostgreSQL writes it. */
async function everyRow(store: Store): Promise<Record<string, string[]>> {
  const tables = await readTables(store.db)
  return withRows(store, tables, async rows => {
    const found: Record<string, string[]> = {}
    for (const table of tables) {
      found[table.name] = []
      for await (const page of rows.pages(table)) found[table.name]!.push(...page)
    }
    return found
  })
}

const restored = (store: Store, bytes: Buffer) => restoreBackup(store, Readable.from([bytes]), deps)
const flip = (bytes: Buffer, at: number, bit: number) => {
  const changed = Buffer.from(bytes)
  changed[at] = changed[at]! ^ (1 << bit)
  return changed
}

describe.each([
  ['pglite', 'postgres'],
  ['postgres', 'pglite'],
  ['pglite', 'pglite'],
  ['postgres', 'postgres'],
] as const)('a backup of %s restored into %s', (from, to) => {
  test('is equal row by row, and numbers go on where they were', async () => {
    await using source = await testStore(from, inject('databaseUrl'))
    await fillStore(source.db, 1200)
    const bytes = await backupOf(source)
    await using place = await testPlace(to, inject('databaseUrl'))
    await using target = await openStore(place.config, testDeps)
    const { header, rows } = await restored(target, bytes)
    expect(await everyRow(target)).toEqual(await everyRow(source))
    expect(await appliedMigrations(target.db)).toEqual(await appliedMigrations(source.db))
    expect(header).toMatchObject({ at: NOW.toISOString(), instance: 'instance-1', keys: ['key-1'] })
    expect(rows).toBeGreaterThan(1200)

    expect(await verifyAudit(target.db)).toMatchObject({ faults: [], lines: 3 })
    const { id: _, ...entry } = {
      ...(await target.db.selectFrom('audit').selectAll().executeTakeFirstOrThrow()),
      id: 0,
    }
    const { seq: __, previous: ___, hash: ____, ...line } = entry
    expect((await appendAudit(target.db, line)).seq).toBe(4)
  })
})

describe('a backup', () => {
  let store: Store
  let bytes: Buffer
  let target: Store

  beforeAll(async () => {
    store = await testStore('pglite', inject('databaseUrl'))
    await fillStore(store.db, 40)
    bytes = await backupOf(store)
    target = await testStore('pglite', inject('databaseUrl'))
  })
  afterAll(async () => {
    await store?.[Symbol.asyncDispose]()
    await target?.[Symbol.asyncDispose]()
  })

  /** What a changed header says may be refused before the checksum that follows is known. */
  const refused = {
    code: expect.stringMatching(/^(backup_invalid|backup_too_new|backup_keys_missing|migration_edited)$/),
  }
  const empty = async () => (await target.db.selectFrom('clusters').select('id').execute()).length === 0
  const lines = () => gunzipSync(bytes).toString().split('\n')

  test('that is cut off anywhere is refused, and nothing is changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async length => {
        await expect(restored(target, bytes.subarray(0, length))).rejects.toMatchObject({ code: 'backup_invalid' })
        expect(await empty()).toBe(true)
      }),
      { numRuns: 15 },
    )
  })

  test('in which a bit is flipped is refused, or says the same all the same', async () => {
    const before = gunzipSync(bytes)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const changed = flip(bytes, at, bit)
        // Some bits of gzip's own header, such as its time, mean nothing.
        const same = (() => {
          try {
            return gunzipSync(changed).equals(before)
          } catch {
            return false
          }
        })()
        fc.pre(!same)
        await expect(restored(target, changed)).rejects.toMatchObject(refused)
        expect(await empty()).toBe(true)
      }),
      { numRuns: 15 },
    )
  })

  test('whose content is changed is refused by its own checksum', async () => {
    const text = lines()
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 3), fc.constantFrom('drop', 'double', 'edit'), async (at, how) => {
        const line = text[at]!
        const put =
          how === 'drop' ? [] : how === 'double' ? [line, line] : [line.replace(/\d/, d => `${(Number(d) + 1) % 10}`)]
        fc.pre(how !== 'edit' || put[0] !== line)
        const changed = gzipSync(text.toSpliced(at, 1, ...put).join('\n'))
        await expect(restored(target, changed)).rejects.toMatchObject(refused)
        expect(await empty()).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no gzip', Buffer.from('hello')],
    ['something else', gzipSync('{"a":1}\n[]\n{}\n')],
    ['nothing but a trailer', gzipSync('{"lines":0,"sha256":""}\n')],
  ])('that is %s is refused in a sentence', async (_, other) => {
    await expect(restored(target, other)).rejects.toMatchObject({
      code: 'backup_invalid',
      message: expect.stringMatching(/^The file is not a whole backup: .*Nothing was changed\.$/),
    })
  })

  test.each([
    {},
    { format: 1 },
    { format: '1', schema: [], keys: [], counts: {} },
    { format: 1, schema: [null], keys: [], counts: {} },
    { format: 1, schema: [], keys: 'key-1', counts: {} },
    { format: 1, schema: [], keys: [], counts: { meta: 'many' } },
  ])('whose header is %j is refused in a sentence', async header => {
    const text = `${JSON.stringify({ moorage: 'backup', ...header })}\n{}\n`
    await expect(restored(target, gzipSync(text))).rejects.toMatchObject({
      code: 'backup_invalid',
      message: 'The file is not a whole backup: it does not start like one. Nothing was changed.',
    })
  })

  test('whose key is missing is refused, unless that is asked for', async () => {
    const without = { migrations, keyIds: [] }
    await expect(restoreBackup(target, Readable.from([bytes]), without)).rejects.toMatchObject({
      code: 'backup_keys_missing',
      message: expect.stringContaining('key-1'),
    })
    await using own = await testStore('pglite', inject('databaseUrl'))
    const done = await restoreBackup(own, Readable.from([bytes]), { ...without, allowMissingKeys: true })
    expect(done.missingKeys).toEqual(['key-1'])
  })

  test('names the keys of everything that is sealed', async () => {
    for (const engine of ['pglite', 'postgres'] as const) {
      await using own = await testStore(engine, inject('databaseUrl'))
      await fillStore(own.db, 1)
      await sql`insert into issuers values ('corp', 'https://a', 'c', 'm1.key-2.a.b', 'key-2', '{}', now(), 'me')`.execute(
        own.db,
      )
      await sql`insert into issuers values ('open', 'https://b', 'c', null, null, '{}', now(), 'me')`.execute(own.db)
      const options = JSON.stringify({ sealedProxy: { http: 'm1.key-3.a.b' } })
      await sql`insert into agents (cluster_id, options, provider, wanted_mode)
        values ('cluster-1', ${options}, 'generic', 'full')`.execute(own.db)
      await sql`insert into recordings (id, started_at, cluster_id, cluster_name, actor_kind, actor_id, actor_name, source,
          kind, namespace, pod, command, tty, protocol, state, typed, last_chunk_at)
        values ('r', now(), 'c', 'c', 'user', 'u', 'u', '', 'exec', 'n', 'p', '[]', true, 'v5', 'whole', 'm1.key-4.a.b', now())`.execute(
        own.db,
      )
      await sql`insert into recording_chunks values ('r', 0, ${`m1.key-5.a.${'b'.repeat(5000)}`})`.execute(own.db)
      await sql`insert into audit_forwards (name, version, url, options, sealed, key_id, enabled, position, created_at, created_by)
        values ('siem', 'v', 'https://a', '{}', 'm1.key-6.a.b', 'key-6', true, 0, now(), 'me')`.execute(own.db)
      await sql`insert into meta values ('signing-key', 'm1.key-7.a.b'), ('plain', 'm1 of nothing')`.execute(own.db)
      await sql`insert into audit_bodies values ('r', now(), 'c', null, 'm1.key-8.a.b')`.execute(own.db)
      const out = new PassThrough()
      const [, { keys }] = await Promise.all([buffer(out), writeBackup(own, out, NOW)])
      expect(keys, engine).toEqual(['key-1', 'key-2', 'key-3', 'key-4', 'key-5', 'key-6', 'key-7', 'key-8'])
    }
  })

  test('is not restored over what is there', async () => {
    await expect(restored(store, bytes)).rejects.toMatchObject({ code: 'store_not_empty' })
  })

  test('of an older schema is brought up to date', async () => {
    await using old = await testStore('pglite', inject('databaseUrl'))
    await fillStore(old.db, 10)
    const older = await backupOf(old)
    const next = {
      version: migrations.length + 1,
      name: 'next',
      sql: "alter table meta add column note text not null default 'new'",
      sha256: 'next',
      breaking: true,
    }
    await using own = await testStore('pglite', inject('databaseUrl'))
    await migrate(own.db, [...migrations, next])
    await restoreBackup(own, Readable.from([older]), { migrations: [...migrations, next], keyIds: ['key-1'] })
    const { rows } = await sql`select note from meta where key = 'instance'`.execute(own.db)
    expect(rows).toEqual([{ note: 'new' }])
    const newer = await backupOf(own)
    await expect(restored(target, newer)).rejects.toMatchObject({ code: 'backup_too_new' })
  })

  test('is of one moment, while others go on writing', async () => {
    for (const engine of ['pglite', 'postgres'] as const) {
      await using busy = await testStore(engine, inject('databaseUrl'))
      await fillStore(busy.db, 1500)
      const stop = new AbortController()
      // Two tables that are only ever changed together.
      const writing = (async () => {
        for (let n = 0; !stop.signal.aborted; n++) {
          await busy.db.transaction().execute(async trx => {
            for (const key of ['a', 'z']) {
              await trx
                .insertInto('meta')
                .values({ key, value: `${n}` })
                .onConflict(conflict => conflict.column('key').doUpdateSet({ value: `${n}` }))
                .execute()
            }
            await trx
              .updateTable('clusters')
              .set({ created_by: `${n}` })
              .execute()
          })
        }
        return true
      })()
      const taken = await Promise.all([backupOf(busy), backupOf(busy)])
      stop.abort()
      await writing
      for (const one of taken) {
        const rows = gunzipSync(one).toString().split('\n')
        const meta = (key: string) => rows.find(row => row.startsWith(`["${key}"`))?.replace(`"${key}"`, '')
        expect(meta('a')).toBe(meta('z'))
        const number = /"(\d+)"\]$/.exec(meta('a') ?? '')?.[1]
        if (number !== undefined) expect(rows.find(row => row.startsWith('["cluster-1"'))).toContain(`"${number}"`)
      }
    }
  })

  test('holds nothing that was not sealed', () => {
    expect(lines().join('\n')).toContain('m1.key-1.sealed')
  })
})
