/** At which step the way to an API server ended. */
export type TransportReason = 'dns' | 'refused' | 'timeout' | 'tls' | 'proxy' | 'reset' | 'address' | 'aborted'

/** Whether the same attempt, made again later, can come out differently without anybody changing anything. */
const retryableByReason = {
  dns: true,
  refused: true,
  timeout: true,
  tls: false,
  proxy: true,
  reset: true,
  address: false,
  aborted: false,
} as const satisfies Record<TransportReason, boolean>

/** No answer came, or it broke off. The message names host and port, and never a credential. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly reason: TransportReason
  readonly retryable: boolean
  /** The code of the library or of the system, such as `ENOTFOUND`. */
  readonly code?: string

  constructor(
    reason: TransportReason,
    message: string,
    extra: { code?: string | undefined; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause })
    this.reason = reason
    this.retryable = extra.retryable ?? retryableByReason[reason]
    if (extra.code !== undefined) this.code = extra.code
  }
}

/** Answers after which the same request may succeed: overload, restart, lost leader, time-out. */
const RETRYABLE_STATUS = new Set([429, 500, 502, 503, 504])

/** An answer as it came. */
export interface WholeAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Uint8Array
}

/** The API server answered, with something else than success. */
export class KubeStatusError extends Error {
  override readonly name = 'KubeStatusError'
  readonly status: number
  /** `reason` of the Kubernetes Status, such as `Forbidden`; '' where none was given. */
  readonly reason: string
  readonly retryable: boolean
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number
  /** Private, so that no log shows it: the body is whatever the server said. */
  readonly #answer: WholeAnswer | undefined

  constructor(
    status: number,
    reason: string,
    message: string,
    extra: { retryAfterMs?: number | undefined; answer?: WholeAnswer } = {},
  ) {
    super(message)
    this.#answer = extra.answer
    this.status = status
    this.reason = reason
    this.retryable = RETRYABLE_STATUS.has(status)
    if (extra.retryAfterMs !== undefined) this.retryAfterMs = extra.retryAfterMs
  }

  /** What was said in place of an upgrade; undefined of every other request. */
  get answer(): WholeAnswer | undefined {
    return this.#answer
  }
}

/** What answered did not speak as a Kubernetes API server does, or said too much. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
  readonly code: 'not_kubernetes' | 'too_large' | 'malformed'
  /** The same server gives the same answer again. */
  readonly retryable = false

  constructor(code: AnswerError['code'], message: string) {
    super(message)
    this.code = code
  }
}
