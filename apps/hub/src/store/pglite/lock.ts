import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../store-error.ts'

/** Who holds a data directory: for people, and for the sentence that refuses a second process. */
interface Holder {
  pid: number
  started: string
  boot: string
}

/**
 * Takes the data directory for this process, or refuses with the pid of who has it.
 *
 * PGlite has no lock of its own and two writers corrupt its files. The lock itself is the kernel's, on
 * `lock.db`, held through SQLite, as Node can not lock a file by itself: the kernel lets go of it when the
 * process ends in whatever way, so a killed hub leaves no stale lock, and two that start at once can not both
 * think that they took it. It also holds between containers that share the directory, where pids say nothing.
 * `lock.json` beside it only says who that is.
 */
export function lockDirectory(dir: string, now: Date): Disposable {
  const about = join(dir, 'lock.json')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(join(dir, 'lock.db'))
    database.exec('pragma locking_mode = exclusive; pragma busy_timeout = 0; begin exclusive')
  } catch (error) {
    database?.close()
    if (!isBusy(error)) {
      throw new StoreError('data_dir_unusable', `The data directory ${dir} can not be locked: ${reason(error)}.`, {
        cause: error,
      })
    }
    const holder = readHolder(about)
    const who = holder ? `process ${holder.pid} (since ${holder.started})` : 'another process'
    throw new StoreError(
      'data_dir_locked',
      `The data directory ${dir} is in use by ${who}. Stop that hub first, or start this one with another --data.`,
    )
  }
  const holder: Holder = { pid: process.pid, started: now.toISOString(), boot: bootId() }
  writeFileSync(about, `${JSON.stringify(holder)}\n`)
  const held = database
  return { [Symbol.dispose]: () => held.close() }
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY and SQLITE_LOCKED.
  return error instanceof Error && 'errcode' in error && (error.errcode === 5 || error.errcode === 6)
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error))

function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    // Only the sentence gets poorer.
    return null
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    // Only Linux has one.
    return ''
  }
}
