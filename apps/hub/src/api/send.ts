import type { ServerResponse } from 'node:http'
import { errorTable } from '@moorage/contract/errors.ts'
import type { MoorageError } from '../errors.ts'
import { problemOf } from './problem.ts'

/** On every answer: nothing of the hub is cached, framed, sniffed or told to other sites, unless an answer says otherwise. */
export const guardHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** Answers with a whole body. Does nothing where the client has left. */
export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    ...headers,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, 'application/json', JSON.stringify(value), headers)
}

/** When to come again, where an error says so. */
export const retryAfter = ({ extra: { retryAfterS } }: MoorageError): Record<string, string> =>
  retryAfterS ? { 'retry-after': String(retryAfterS) } : {}

/** Answers with the problem document of an error. Once the answer has begun, all that is left is to cut it. */
export function sendProblem(
  response: ServerResponse,
  error: MoorageError,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) {
    // One that has told its failure already is whole.
    if (!response.writableEnded) response.destroy()
    return
  }
  const challenge = error.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer realm="moorage"' } : {}
  const later = retryAfter(error)
  const { status } = errorTable[error.code]
  const body = JSON.stringify(problemOf(error, requestId))
  send(response, status, 'application/problem+json', body, { ...challenge, ...later, ...headers })
}
