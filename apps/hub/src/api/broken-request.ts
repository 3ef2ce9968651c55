import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import { MoorageError } from '../errors.ts'
import { endWithProblem } from './socket-problem.ts'

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
  log.debug({ request: id, code: error.code, address: socket.remoteAddress }, 'A request could not be read.')
  endWithProblem(socket, errorOf(error.code), id)
}
