import { createWriteStream } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal } from 'node:stream'
import { sql } from 'kysely'
import { writeBackup } from './backup.ts'
import { makeFolder } from './make-folder.ts'
import type { Store } from './store.ts'
import { StoreError } from './store-error.ts'

/** A stop that takes longer than this to copy the database goes on without: the files themselves are whole. */
const AT_STOP_TIMEOUT_MS = 10_000
const SUFFIX = '.backup'
const UNFINISHED = '.unfinished'

export interface SnapshotConfig {
  dir: string
  everyMs: number
  keep: number
}

export interface SnapshotDeps {
  now: () => Date
  warn: (message: string, error: unknown) => void
}

/**
 * Copies of the embedded database, which does not survive a power loss: backups, written to the disk for good,
 * every so often and at the stop if anything changed. The newest `keep` stay.
 */
export class Snapshots implements AsyncDisposable {
  readonly #store: Store
  readonly #config: SnapshotConfig
  readonly #deps: SnapshotDeps
  readonly #timer: NodeJS.Timeout
  #running: Promise<unknown> = Promise.resolve()
  #position: string | null = null

  constructor(store: Store, config: SnapshotConfig, deps: SnapshotDeps) {
    this.#store = store
    this.#config = config
    this.#deps = deps
    this.#timer = setInterval(() => void this.#attempt(), config.everyMs)
    this.#timer.unref()
  }

  /** Takes one now, unless nothing changed since the last one. Returns its path. */
  async take(signal?: AbortSignal): Promise<string | null> {
    const before = await this.#positionNow()
    if (before === this.#position) return null
    const path = await takeSnapshot(this.#store, this.#config, this.#deps.now(), signal)
    this.#position = await this.#positionNow()
    return path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
    await this.#attempt(AbortSignal.timeout(AT_STOP_TIMEOUT_MS))
  }

  #attempt(signal?: AbortSignal): Promise<unknown> {
    this.#running = this.#running.then(() =>
      this.take(signal).catch(error => this.#deps.warn('No snapshot of the database could be taken.', error)),
    )
    return this.#running
  }

  /** Where the write-ahead log ends: moves with every change. */
  async #positionNow(): Promise<string> {
    const { rows } = await sql<{ at: string }>`select pg_current_wal_insert_lsn()::text as at`.execute(this.#store.db)
    return rows[0]!.at
  }
}

async function takeSnapshot(
  store: Store,
  { dir, keep }: SnapshotConfig,
  now: Date,
  signal?: AbortSignal,
): Promise<string> {
  await makeFolder(dir)
  for (const name of await readdir(dir)) if (name.endsWith(UNFINISHED)) await rm(join(dir, name), { force: true })
  const path = join(dir, `${now.toISOString().replace(/[:.]/g, '-')}${SUFFIX}`)
  const unfinished = `${path}${UNFINISHED}`
  const out = createWriteStream(unfinished, { mode: 0o600, flush: true })
  if (signal) addAbortSignal(signal, out)
  await writeBackup(store, out, now)
  await rename(unfinished, path)
  await syncFolder(dir)
  for (const old of (await listSnapshots(dir)).slice(keep)) await rm(join(dir, old), { force: true })
  return path
}

/** A rename survives a power loss once its folder is on the disk. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Names of the snapshots in `dir`, newest first. */
export async function listSnapshots(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names
    .filter(name => name.endsWith(SUFFIX))
    .sort()
    .reverse()
}

/** The path of the snapshot called `name`, or of the newest for `latest`. */
export async function findSnapshot(dir: string, name: string): Promise<string> {
  const names = await listSnapshots(dir)
  const found = name === 'latest' ? names[0] : names.find(known => known === name)
  if (found) return join(dir, found)
  const there = names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`
  throw new StoreError('backup_invalid', `There is no snapshot "${name}" in ${dir}; ${there}.`)
}
