import type { DatabaseFailure } from '../database-error.ts'

/** What the main thread asks of the thread that runs PGlite. Requests are served one at a time, in order. */
export type Request = { id: number } & ({ op: 'query'; sql: string; parameters: readonly unknown[] } | { op: 'close' })

export interface QueryAnswer {
  rows: Record<string, unknown>[]
  affected: number | null
}

export type Reply =
  | { type: 'ready' }
  /** The data directory could not be opened. `log` holds the engine's last lines. */
  | { type: 'failed'; message: string; log: string[] }
  | { type: 'answer'; id: number; answer: QueryAnswer }
  | { type: 'error'; id: number; failure: DatabaseFailure }

/** What the thread is started with. */
export interface Start {
  dir: string
}
