import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { initParameters, startParameters } from './settings.ts'

/**
 * Makes the engine's files in the folder that the first argument names, and ends. A process of its own, as
 * making them takes some 200 MB that the hub's process would not give back to the system.
 */
const database = await PGlite.create({
  dataDir: process.argv[2]!,
  extensions: { pg_trgm },
  startParams: [...PGlite.defaultStartParams, ...startParameters],
  initDbStartParams: initParameters,
})
await database.close()
