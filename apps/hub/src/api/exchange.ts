import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestLine } from './request-line.ts'

/** One request and its answer, on the way through the API. */
export interface Exchange extends RequestLine {
  /** Id of the request: in the answer, the log and the audit. */
  id: string
  method: string
  request: IncomingMessage
  response: ServerResponse
  /** Address of the peer. Forwarded-For headers are not believed: anyone can send them. */
  address: string
  /** `performance.now()` at the start. */
  startedAt: number
  /** Aborts when the client leaves before the answer is complete. */
  signal: AbortSignal
  /** What the log and the metrics call it; filled in on the way. */
  route: string
  who: string | null
}

/** As much of it as there is before it is known how it will be answered. */
export type Asking = Pick<Exchange, 'id' | 'request' | 'address' | 'startedAt' | 'signal' | 'who'>
