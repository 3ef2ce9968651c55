import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import { type HubConfig, toConfig } from '@moorage/hub/config/config.ts'
import { findSealingKeys } from '@moorage/hub/connections/sealing-keys.ts'
import { readMigrations } from '@moorage/hub/store/migrate.ts'
import { openStore } from '@moorage/hub/store/open.ts'
import { databaseDir } from '@moorage/hub/store/pglite/directory.ts'
import { replaceDatabase } from '@moorage/hub/store/pglite/replace.ts'
import { type RestoreDeps, type Restored, restoreBackup } from '@moorage/hub/store/restore.ts'
import { findSnapshot } from '@moorage/hub/store/snapshots.ts'
import type { Store } from '@moorage/hub/store/store.ts'
import { StoreError } from '@moorage/hub/store/store-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError, usage } from '../failure.ts'
import type { Io } from '../io.ts'
import { shownDatabase } from './open-database.ts'
import { storeDeps } from './store-deps.ts'

export interface RestoreFlags {
  data?: string
  databaseUrl?: string
  sealingKeyFile?: string
  sealingKeyCommand?: string
  snapshot?: string
  replace?: true
  allowMissingKeys?: true
}

export interface RestoredInto extends Restored {
  /** The folder or, without its password, the database. */
  into: string
  /** Where the database is that was there before. */
  movedAside: string | null
}

/** Fills the database of a stopped hub from a backup: a file, standard input where it is `-`, or a snapshot. */
export async function restoreOffline(io: Io, file: string | undefined, flags: RestoreFlags): Promise<RestoredInto> {
  const { snapshot, replace: _, allowMissingKeys: __, ...settings } = flags
  const config = toConfig(settings, io.env, io.cwd)
  // Ctrl-C ends the source, and with it the one transaction that all of it is.
  const source = addAbortSignal(io.signal, await sourceOf(io, config, file, snapshot))
  source.on('error', () => {}) // before anybody reads it; who reads it hears of it too
  try {
    io.signal.throwIfAborted()
    return await fillFrom(io, config, source, flags)
  } finally {
    source.destroy() // a refusal leaves it unread
  }
}

async function fillFrom(io: Io, config: HubConfig, source: Readable, flags: RestoreFlags): Promise<RestoredInto> {
  const { snapshot, replace, allowMissingKeys } = flags
  const keys = await findSealingKeys(config.sealing, join(config.dataDir, 'keys'))
  const deps: RestoreDeps = {
    migrations: await readMigrations(),
    keyIds: keys.map(({ id }) => id),
    ...(allowMissingKeys && { allowMissingKeys }),
  }
  const { store } = config
  if (store.kind === 'postgres') {
    if (replace)
      throw usage(
        '--replace is for the embedded database.',
        'Make a new database and give its address with --database-url.',
      )
    await using opened = await openStore(store, storeDeps(io))
    const restored = await intoEmpty(opened, source, deps, 'Make a new database and give its address.')
    return { ...restored, into: shownDatabase(store), movedAside: null }
  }
  // A folder that has a database stays as it is unless its replacement was asked for.
  if (existsSync(databaseDir(store.dir)) && !replace && snapshot === undefined) {
    await using opened = await openStore(store, storeDeps(io))
    const restored = await intoEmpty(opened, source, deps, 'Use another --data, or --replace to move it aside.')
    return { ...restored, into: store.dir, movedAside: null }
  }
  let restored: Restored | undefined
  const fill = async (fresh: Store) => {
    restored = await restoreBackup(fresh, source, deps)
  }
  const movedAside = await replaceDatabase(store.dir, storeDeps(io), fill)
  return { ...(restored as Restored), into: store.dir, movedAside }
}

async function sourceOf(
  io: Io,
  config: HubConfig,
  file: string | undefined,
  snapshot: string | undefined,
): Promise<Readable> {
  if ((file === undefined) === (snapshot === undefined)) throw usage('Give either the file of a backup, or --snapshot.')
  if (file === '-') return io.stdin
  const path =
    file === undefined ? await findSnapshot(config.snapshots.dir, snapshot ?? 'latest') : resolve(io.cwd, file)
  // Opened before anything else, so that a missing file is said at once.
  const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
    const what =
      cause.code === 'ENOENT' ? `There is no backup at ${path}.` : `${path} can not be read: ${cause.message}.`
    throw new CliError('file_unreadable', exitCodes.usage, what, { cause })
  })
  if ((await handle.stat()).isDirectory()) {
    await handle.close()
    throw new CliError('file_unreadable', exitCodes.usage, `${path} is a folder, and a backup is a file.`)
  }
  return handle.createReadStream()
}

/** Says how to go on where the database is somebody's. */
async function intoEmpty(store: Store, source: Readable, deps: RestoreDeps, fix: string): Promise<Restored> {
  return restoreBackup(store, source, deps).catch(error => {
    if (!(error instanceof StoreError) || error.code !== 'store_not_empty') throw error
    throw new CliError(error.code, exitCodes.conflict, error.message, { fix, cause: error })
  })
}
