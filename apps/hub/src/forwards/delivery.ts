import type { LookupFunction } from 'node:net'
import type { AuditLine } from '@moorage/contract/audit.ts'
import type { Sender } from './otlp-logs.ts'
import type { Target } from './target.ts'

/** What may be dialled. */
export interface AddressCheck {
  lookup: LookupFunction
  check(host: string): Promise<string[]>
}

/** What is secret of a target. */
export interface Secrets {
  headers: Record<string, string>
  hmacKey?: string
  clientKey?: string
  /** What follows the "?". */
  query?: string
}

/** All that it takes to send lines somewhere. */
export interface Way {
  target: Target
  secrets: Secrets
  ca?: string
  clientCertificate?: string
  addresses: AddressCheck
  sender: Sender
  now: () => Date
}

/** A way that is open. */
export interface Delivery extends AsyncDisposable {
  /** Resolves once the target has the lines, in this order. Rejects with a `DeliveryError` where it may not have all of them. */
  send(lines: readonly AuditLine[], signal: AbortSignal): Promise<void>
}

/** A target did not take lines: a sentence without anything secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  /** How long it asked not to be tried again, in ms. */
  readonly retryAfterMs: number
  /** Whether fewer lines at once may do. */
  readonly tooMany: boolean

  constructor(message: string, { retryAfterMs = 0, tooMany = false, cause }: Partial<DeliveryError> = {}) {
    super(message, { cause })
    this.retryAfterMs = retryAfterMs
    this.tooMany = tooMany
  }
}

/** ms that a target has to take a batch. */
export const TAKE_MS = 15_000

/** Why sending failed, in a sentence; what is secret of the way is not in it. */
export function whyFailed(error: unknown, { headers, ...others }: Secrets): string {
  const said: string[] = []
  for (let at = error; at instanceof Error && said.length < 3; at = at.cause) {
    if (at.message !== '' && !said.includes(at.message)) said.push(at.message)
  }
  // Node's own advice is for who starts the process.
  const plain = said.join(': ').replace(/; if the root CA is installed locally.*/, '')
  const secrets = [...Object.values(headers), ...Object.values(others)].filter(each => each !== undefined)
  const text = secrets.reduce((kept, secret) => kept.replaceAll(secret, '[sealed]'), plain)
  return `${text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 300)}`.replace(/\.?$/, '.')
}
