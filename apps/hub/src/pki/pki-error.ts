/** Why the hub's certificates can not be used. The message is a sentence for its operator. */
export class PkiError extends Error {
  override readonly name = 'PkiError'
  readonly code = 'tls_unusable'
}
