import { join } from 'node:path'
import { Kysely } from 'kysely'
import { makeFolder } from '../make-folder.ts'
import type { Store } from '../store.ts'
import { StoreError } from '../store-error.ts'
import type { Database } from '../tables.ts'
import { pgliteDialect } from './dialect.ts'
import { databaseDir, prepareDatabase } from './directory.ts'
import { startHousekeeping } from './housekeeping.ts'
import { LocalChannels } from './local-channels.ts'
import { lockDirectory } from './lock.ts'
import { Queue } from './queue.ts'
import { EngineStartError, Thread } from './thread.ts'

export interface PgliteDeps {
  now: () => Date
  warn: (message: string, error: unknown) => void
  /** The engine ended by itself: nothing can be stored any more. */
  died: (error: Error) => void
}

/** Opens the embedded database in `dir`, making it on the first start. */
export async function openPglite(dir: string, deps: PgliteDeps): Promise<Store> {
  await using stack = new AsyncDisposableStack()
  await makeFolder(dir)
  stack.use(lockDirectory(dir, deps.now()))
  await prepareDatabase(dir)
  const queue = new Queue()
  const thread = stack.use(await startEngine(dir, queue, deps))
  stack.defer(() => queue.acquire().catch(() => undefined))
  const db = new Kysely<Database>({ dialect: pgliteDialect(thread, queue) })
  stack.defer(() => db.destroy())
  stack.use(startHousekeeping(db, error => deps.warn('The embedded database could not be looked after.', error)))
  const channels = new LocalChannels()
  const owned = stack.move()
  return {
    engine: 'pglite',
    db,
    notify: (channel, payload) => channels.notify(channel, payload),
    listen: (channel, heard) => channels.listen(channel, heard),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function startEngine(dir: string, queue: Queue, deps: PgliteDeps): Promise<Thread> {
  try {
    return await Thread.start(databaseDir(dir), error => {
      queue.stop(error)
      deps.died(error)
    })
  } catch (error) {
    if (!(error instanceof EngineStartError)) throw error
    const said = [...error.log, error.message].filter(line => /PANIC|FATAL|ERROR|Aborted/.test(line)).at(-1)
    throw new StoreError(
      'data_corrupt',
      `The database in ${databaseDir(dir)} can not be opened (${said ?? error.message}). ` +
        `Go back to a snapshot in ${join(dir, 'snapshots')}: moorage restore --data ${dir} --snapshot latest`,
      { cause: error },
    )
  }
}
