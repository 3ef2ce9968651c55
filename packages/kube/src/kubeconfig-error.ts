/** Why a kubeconfig can not be used. The codes are those of the API. */
export type KubeconfigErrorCode =
  | 'invalid_kubeconfig'
  | 'unsupported_auth'
  | 'context_required'
  | 'insecure_tls_refused'
  | 'too_large'

/** A kubeconfig that is refused. Neither message nor any other member ever holds a credential. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError'
  readonly code: KubeconfigErrorCode
  /** What would be right, as a sentence. */
  readonly fix: string
  /** Such as `users[admin].user.exec`. */
  readonly field?: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
  /** The contexts that can be chosen. */
  readonly choices?: string[]

  constructor(
    code: KubeconfigErrorCode,
    message: string,
    extra: { fix: string; field?: string; at?: { line: number; column: number } | undefined; choices?: string[] },
  ) {
    super(extra.at ? `${message} (line ${extra.at.line}, column ${extra.at.column})` : message)
    this.code = code
    this.fix = extra.fix
    if (extra.field !== undefined) this.field = extra.field
    if (extra.at) {
      this.line = extra.at.line
      this.column = extra.at.column
    }
    if (extra.choices) this.choices = extra.choices
  }
}
