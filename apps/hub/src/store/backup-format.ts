import type { AppliedMigration } from './migrate.ts'

/** Raised when an older hub could not read the file. */
export const BACKUP_FORMAT = 1

/**
 * A backup is gzipped lines of JSON: the header; for each table a `{"table","columns"}` line and then its rows, each an
 * array of texts or nulls in that order; and the trailer. Values are PostgreSQL's own texts, so that nothing is
 * rounded on the way through JavaScript and a row means the same on both engines.
 */
export interface BackupHeader {
  moorage: 'backup'
  format: number
  /** RFC 3339. */
  at: string
  /** Id of the installation. */
  instance: string | null
  /** The schema that the rows are of. */
  schema: AppliedMigration[]
  /** Ids of the sealing keys that the sealed values need. The keys are not in the backup. */
  keys: string[]
  /** Rows of each table. */
  counts: Record<string, number>
}

export interface TableLine {
  table: string
  columns: string[]
}

export interface BackupTrailer {
  /** Lines before this one. */
  lines: number
  /** Of all bytes before this line, in hex. */
  sha256: string
}
