import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiDeps } from './deps.ts'
import type { Exchange } from './exchange.ts'
import { logAnswer } from './log-answer.ts'
import { guardHeaders } from './send.ts'

/** What is the same for every request, whatever answers it. */
export function beginExchange(
  deps: Pick<ApiDeps, 'log' | 'metrics' | 'leaving'>,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  address = request.socket.remoteAddress ?? '',
): Exchange {
  const left = new AbortController()
  const exchange: Exchange = {
    id,
    method: request.method ?? 'GET',
    path: '',
    query: new URLSearchParams(),
    request,
    response,
    address,
    startedAt: performance.now(),
    signal: left.signal,
    route: 'none',
    who: null,
  }
  for (const [name, value] of Object.entries(guardHeaders)) response.setHeader(name, value)
  response.setHeader('x-request-id', id)
  if (deps.leaving.aborted) response.setHeader('connection', 'close')
  response.once('close', () => {
    // Of what was answered nothing goes on; telling it so all the same costs as much as a line of the log.
    if (!response.writableFinished) left.abort(new Error('The client left.'))
    logAnswer(deps, exchange)
  })
  return exchange
}
