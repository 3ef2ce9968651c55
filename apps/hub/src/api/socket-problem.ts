import type { Duplex } from 'node:stream'
import { errorTable } from '@moorage/contract/errors.ts'
import type { MoorageError } from '../errors.ts'
import { problemOf } from './problem.ts'
import { guardHeaders } from './send.ts'

/** Answers a connection on which there is no HTTP answer to write to with a problem document, and closes it. */
export function endWithProblem(
  socket: Duplex,
  error: MoorageError,
  requestId: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const problem = problemOf(error, requestId)
  const body = JSON.stringify(problem)
  const headers = {
    ...guardHeaders,
    ...more,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  // The reason phrase may not be empty for some clients; the table's title is as good as any.
  socket.end(`HTTP/1.1 ${problem.status} ${errorTable[problem.code].title}\r\n${lines.join('')}\r\n${body}`)
}
