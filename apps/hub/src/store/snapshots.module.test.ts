import { createReadStream } from 'node:fs'
import { mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fillStore } from './fixtures/filled.ts'
import { testDeps, testPlace } from './fixtures/stores.ts'
import { migrate, readMigrations } from './migrate.ts'
import { openStore } from './open.ts'
import { databaseDir } from './pglite/directory.ts'
import { replaceDatabase } from './pglite/replace.ts'
import { restoreBackup } from './restore.ts'
import { findSnapshot, listSnapshots, Snapshots } from './snapshots.ts'

const migrations = await readMigrations()
const deps = { migrations, keyIds: ['key-1'] }
const hours = (n: number) => new Date(Date.UTC(2026, 0, 1, n))

test('snapshots are taken when something changed, the newest are kept, and unfinished ones are cleared away', async () => {
  await using place = await testPlace('pglite', '')
  const dir = join((place.config as { dir: string }).dir, 'snapshots')
  let hour = 0
  const now = () => hours(hour++)
  await using store = await openStore(place.config, testDeps)
  await migrate(store.db, migrations)
  await mkdir(dir)
  await writeFile(join(dir, 'x.backup.unfinished'), 'cut off')
  {
    await using snapshots = new Snapshots(store, { dir, everyMs: 3_600_000, keep: 2 }, { ...testDeps, now })
    expect(await snapshots.take()).not.toBeNull()
    expect(await snapshots.take()).toBeNull()
    await store.db.insertInto('meta').values({ key: 'a', value: 'b' }).execute()
    expect(await snapshots.take()).not.toBeNull()
    await store.db.insertInto('meta').values({ key: 'c', value: 'd' }).execute()
  }
  // The third was taken at the stop.
  expect(await readdir(dir)).toEqual(['2026-01-01T01-00-00-000Z.backup', '2026-01-01T02-00-00-000Z.backup'])
  expect(await listSnapshots(dir)).toHaveLength(2)
  expect(await findSnapshot(dir, 'latest')).toContain('T02-')
  await expect(findSnapshot(dir, 'nonsense')).rejects.toThrow(/no snapshot "nonsense".*T02-/)
})

test('a damaged database is told in a sentence and can be replaced from a snapshot', async () => {
  await using place = await testPlace('pglite', '')
  const { dir } = place.config as { dir: string }
  const snapshots = join(dir, 'snapshots')
  {
    await using store = await openStore(place.config, testDeps)
    await migrate(store.db, migrations)
    await fillStore(store.db, 100)
    await using taking = new Snapshots(store, { dir: snapshots, everyMs: 3_600_000, keep: 2 }, testDeps)
    await taking.take()
  }
  await truncate(join(databaseDir(dir), 'global', 'pg_control'), 100)
  await expect(openStore(place.config, testDeps)).rejects.toMatchObject({
    code: 'data_corrupt',
    message: expect.stringMatching(
      /can not be opened \(.+\)\. Go back to a snapshot in .*moorage restore --data .* --snapshot latest$/,
    ),
  })

  const latest = await findSnapshot(snapshots, 'latest')
  const aside = await replaceDatabase(dir, testDeps, async store => {
    await restoreBackup(store, createReadStream(latest), deps)
  })
  expect(aside).toContain('db.before-')
  await using store = await openStore(place.config, testDeps)
  await migrate(store.db, migrations)
  const clusters = await store.db.selectFrom('clusters').select('name').orderBy('name').execute()
  expect(clusters).toEqual([{ name: 'name-1' }, { name: 'name-2' }])
})

test('a replacement that fails leaves the old database where it was', async () => {
  await using place = await testPlace('pglite', '')
  const { dir } = place.config as { dir: string }
  const failing = replaceDatabase(dir, testDeps, async () => {
    throw new Error('no such backup')
  })
  await expect(failing).rejects.toThrow('no such backup')
  expect((await readdir(dir)).filter(name => name.startsWith('db') || name.startsWith('restore'))).toEqual(['db'])
  await rm(join(dir, 'lock.json'))
  await using _store = await openStore(place.config, testDeps)
})
