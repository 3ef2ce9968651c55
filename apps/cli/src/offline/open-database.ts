import { isHubDatabase } from '@moorage/hub/store/migrate.ts'
import { openStore, type StoreConfig } from '@moorage/hub/store/open.ts'
import type { Store } from '@moorage/hub/store/store.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import { storeDeps } from './store-deps.ts'

/** Opens the database of a hub, and refuses one that no hub has ever used. */
export async function openDatabase(io: Io, config: StoreConfig): Promise<Store> {
  const store = await openStore(config, storeDeps(io))
  try {
    if (await isHubDatabase(store.db)) return store
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
  await store[Symbol.asyncDispose]()
  throw new CliError('no_database', exitCodes.notFound, `No hub has ever used the database ${shownDatabase(config)}.`, {
    fix: 'Give the database that the hub was started with, by --data or --database-url.',
  })
}

/** Where a database is, without its password. */
export function shownDatabase(config: StoreConfig): string {
  if (config.kind === 'pglite') return config.dir
  const url = URL.parse(config.url)
  return url ? `${url.host}${url.pathname}` : 'that was given'
}
