import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../make-folder.ts'
import type { Store } from '../store.ts'
import { databaseDir } from './directory.ts'
import { lockDirectory } from './lock.ts'
import { openPglite, type PgliteDeps } from './open.ts'

/**
 * Puts a new database in the place of the one in `dir`, filled by `fill`. The old one is only moved aside, and only
 * once the new one is whole; its new place is returned, or null where there was none.
 */
export async function replaceDatabase(
  dir: string,
  deps: PgliteDeps,
  fill: (store: Store) => Promise<void>,
): Promise<string | null> {
  await makeFolder(dir)
  using _lock = lockDirectory(dir, deps.now())
  const fresh = join(dir, `restore-${randomUUID()}`)
  try {
    {
      await using store = await openPglite(fresh, deps)
      await fill(store)
    }
    const old = existsSync(databaseDir(dir))
      ? join(dir, `db.before-${deps.now().toISOString().replace(/[:.]/g, '-')}`)
      : null
    if (old) await rename(databaseDir(dir), old)
    await rename(databaseDir(fresh), databaseDir(dir))
    return old
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
