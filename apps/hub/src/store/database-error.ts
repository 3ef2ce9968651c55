/** What PostgreSQL says about a failed statement. Both engines fail with these fields. */
export interface DatabaseFailure {
  message: string
  /** SQLSTATE. */
  code: string | undefined
  detail: string | undefined
  hint: string | undefined
  constraint: string | undefined
  table: string | undefined
  column: string | undefined
  position: string | undefined
  where: string | undefined
}

/** A failed statement on PGlite. Never carries the statement's parameters, as these may be secrets. */
export class DatabaseError extends Error implements DatabaseFailure {
  override readonly name = 'DatabaseError'
  readonly code: string | undefined
  readonly detail: string | undefined
  readonly hint: string | undefined
  readonly constraint: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  readonly position: string | undefined
  readonly where: string | undefined

  constructor(failure: DatabaseFailure) {
    super(failure.message)
    this.code = failure.code
    this.detail = failure.detail
    this.hint = failure.hint
    this.constraint = failure.constraint
    this.table = failure.table
    this.column = failure.column
    this.position = failure.position
    this.where = failure.where
  }
}

/** The SQLSTATE of a failed statement on either engine, or null for other errors. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null
}

/** The name of the unique constraint or index that the statement violated, or null. */
export function uniqueViolation(error: unknown): string | null {
  if (sqlState(error) !== '23505') return null
  const { constraint } = error as { constraint?: unknown }
  return typeof constraint === 'string' ? constraint : ''
}
