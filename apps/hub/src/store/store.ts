import type { Kysely } from 'kysely'
import type { Database } from './tables.ts'

/** The hub's database: one SQL dialect on one of two engines. */
export interface Store extends AsyncDisposable {
  readonly engine: 'pglite' | 'postgres'
  readonly db: Kysely<Database>
  /** Sends `payload` (at most 7,000 bytes) to every listener on every replica. */
  notify(channel: string, payload: string): Promise<void>
  listen(channel: string, heard: (payload: string) => void): Promise<AsyncDisposable>
}
