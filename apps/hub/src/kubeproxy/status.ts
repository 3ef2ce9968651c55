import { errorTable } from '@moorage/contract/errors.ts'
import { AnswerError, KubeStatusError, TransportError } from '@moorage/kube/errors.ts'
import { isAgentDisconnected } from '../connections/agent.ts'
import { MoorageError } from '../errors.ts'
import { isOutage } from '../store/outage.ts'
import { Refusal, type StatusReason } from './refusal.ts'

/** A Kubernetes Status of a failure: what its clients show to people, and decide by. */
export interface FailureStatus {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, never>
  status: 'Failure'
  message: string
  reason: string
  code: number
}

const reasons: Readonly<Record<number, StatusReason>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  413: 'RequestEntityTooLarge',
  429: 'TooManyRequests',
  500: 'InternalError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

export const statusOf = (code: number, reason: string, message: string): FailureStatus => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  code,
})

const failed = (code: number, message: string) => statusOf(code, reasons[code] ?? 'InternalError', message)

function ofTransport(error: TransportError, cluster: string): FailureStatus {
  if (isAgentDisconnected(error)) {
    const fix = `It dials again by itself. If it stays away, see "moorage cluster get ${cluster}" and the log of its pod.`
    return failed(503, `The agent of the cluster "${cluster}" is not connected. ${fix}`)
  }
  const fix = `See "moorage cluster get ${cluster}" for since when and why.`
  if (error.reason === 'aborted')
    return failed(503, `The connection to the cluster "${cluster}" was closed. Try again.`)
  return failed(
    error.reason === 'timeout' ? 504 : 502,
    `The cluster "${cluster}" does not answer: ${error.message} ${fix}`,
  )
}

/** Statuses of which client-go shows a sentence of its own while it asks what there is, whatever the Status says. */
const MUTED = new Set([401, 404, 429, 502, 503, 504])

const toAscii = (text: string) =>
  text
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/["\\]/g, '\\$&')

/** Headers of a failure’s answer: a warning is shown by kubectl even where the message is not. */
export const failureHeaders = ({ code, message }: FailureStatus): Record<string, string> => ({
  ...(code === 401 ? { 'www-authenticate': 'Bearer realm="moorage"' } : {}),
  ...(code === 429 ? { 'retry-after': '1' } : {}),
  ...(MUTED.has(code) ? { warning: `299 moorage "${toAscii(message)}"` } : {}),
})

/** What a client is told of a failure. What is nobody's business becomes a 500, and `unexpected`. */
export function statusOfFailure(error: unknown, cluster: string): { status: FailureStatus; unexpected: boolean } {
  const known = (status: FailureStatus) => ({ status, unexpected: false })
  if (error instanceof Refusal) return known(statusOf(error.status, error.reason, error.message))
  if (error instanceof KubeStatusError) {
    return known(statusOf(error.status, error.reason || (reasons[error.status] ?? ''), error.message))
  }
  if (error instanceof TransportError) return known(ofTransport(error, cluster))
  if (error instanceof AnswerError) {
    return known(failed(502, `The cluster "${cluster}" gave an answer that is not an API server’s: ${error.message}`))
  }
  if (error instanceof MoorageError) {
    const { fix } = error.extra
    return known(failed(errorTable[error.code].status, fix === undefined ? error.message : `${error.message} ${fix}`))
  }
  if (isOutage(error)) return known(failed(503, 'The hub’s database does not answer. Try again in a while.'))
  return {
    status: failed(500, 'The hub failed while it answered this request. Its log has the request’s id.'),
    unexpected: true,
  }
}
