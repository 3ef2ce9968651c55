export type StoreErrorCode =
  | 'data_dir_locked'
  | 'data_dir_unusable'
  | 'data_corrupt'
  | 'database_unreachable'
  | 'database_too_old'
  | 'database_busy'
  | 'database_stopped'
  | 'migration_failed'
  | 'migration_edited'
  | 'schema_too_new'
  | 'backup_invalid'
  | 'backup_too_new'
  | 'backup_keys_missing'
  | 'store_not_empty'
  | 'never_started'

/** Why the store can not be opened or can not do what was asked. The message is a sentence for the hub's operator. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
