import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { errorTable } from '@moorage/contract/errors.ts'
import type { Logger } from 'pino'
import { MoorageError } from '../errors.ts'
import { problemOf } from './problem.ts'
import { guardHeaders } from './send.ts'

function errorOf(code: string | undefined): MoorageError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new MoorageError('headers_too_large', 'The headers of the request are larger than the hub takes.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new MoorageError('request_timeout', 'The request was not complete in time.')
    default:
      return new MoorageError('bad_request', 'This is not a valid HTTP/1.1 request.')
  }
}

/** Answers what could not be read as HTTP, then closes the connection: where the next request would begin is unknown. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, log: Logger): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const id = randomUUID()
  const problem = problemOf(errorOf(error.code), id)
  log.debug({ request: id, code: error.code, address: socket.remoteAddress }, 'A request could not be read.')
  const body = JSON.stringify(problem)
  const headers = {
    ...guardHeaders,
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  // The reason phrase may not be empty for some clients; the table's title is as good as any.
  socket.end(`HTTP/1.1 ${problem.status} ${errorTable[problem.code].title}\r\n${lines.join('')}\r\n${body}`)
}
