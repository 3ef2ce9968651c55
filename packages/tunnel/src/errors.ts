/** What went wrong with a tunnel's connection, as opposed to what came over it. 'moved': nothing was sent, and nothing will be here; another way is to be asked. */
export type TunnelReason = 'closed' | 'moved' | 'no-connection' | 'timeout' | 'malformed' | 'too-large'

/** No answer came over the tunnel, or it broke off. */
export class TunnelError extends Error {
  override readonly name = 'TunnelError'
  readonly reason: TunnelReason

  constructor(reason: TunnelReason, message: string, extra: { cause?: unknown } = {}) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause })
    this.reason = reason
  }
}

/** The other side answered a request for an upgrade with something else than 101. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused'
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  /** At most `REFUSAL_BYTES` of what it said. */
  readonly body: Uint8Array

  constructor(status: number, headers: Record<string, string | string[] | undefined>, body: Uint8Array) {
    super(`The other side answered ${status} instead of switching protocols.`)
    this.status = status
    this.headers = headers
    this.body = body
  }

  /** The body, where it is JSON. */
  get problem(): unknown {
    try {
      return JSON.parse(Buffer.from(this.body).toString('utf8'))
    } catch {
      return undefined // not JSON: there is no problem to show, the status has to do
    }
  }

  /** ms that the other side asks to wait, where it does. */
  get retryAfterMs(): number | undefined {
    const seconds = Number(this.headers['retry-after'] ?? Number.NaN)
    return seconds >= 0 && Number.isFinite(seconds) ? seconds * 1000 : undefined
  }

  /** The other side's clock. */
  get date(): Date | undefined {
    const { date } = this.headers
    const read = new Date(typeof date === 'string' ? date : Number.NaN)
    return Number.isNaN(read.getTime()) ? undefined : read
  }
}
