import { existsSync } from 'node:fs'
import { toConfig } from '@moorage/hub/config/config.ts'
import type { StoreConfig } from '@moorage/hub/store/open.ts'
import { databaseDir } from '@moorage/hub/store/pglite/directory.ts'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'

/** The database that flags or variables name. An embedded one must be there: none is made by accident. */
export function databaseOf(io: Io, flags: { data?: string; databaseUrl?: string }): StoreConfig {
  const { store } = toConfig(flags, flags.data === undefined ? io.env : {}, io.cwd)
  if (store.kind === 'pglite' && !existsSync(databaseDir(store.dir)))
    throw new CliError('no_database', exitCodes.notFound, `There is no database of a hub in ${store.dir}.`, {
      fix: 'Give the folder that the hub was started with by --data.',
    })
  return store
}
