import type { ApiDeps } from './deps.ts'
import type { Exchange } from './exchange.ts'
import { LONG_ROUTE } from './kube.ts'

/** Probes come every few seconds and say nothing new. */
const QUIET = ['/livez', '/readyz', '/metrics', 'console']

/**
 * One line and one measurement for each answer. The address as it was sent is
 * left out: it is the client's text, and its query may hold anything.
 */
export function logAnswer(deps: Pick<ApiDeps, 'log' | 'metrics'>, exchange: Exchange): void {
  const { response, route, method } = exchange
  const seconds = (performance.now() - exchange.startedAt) / 1000
  const status = response.statusCode
  // A stream's duration says how long somebody looked, not how long the hub took.
  if (route !== 'hub.changes' && route !== LONG_ROUTE) deps.metrics.request({ route, method, status }, seconds)
  const line = {
    request: exchange.id,
    route,
    method,
    status,
    ms: Math.round(seconds * 1000),
    who: exchange.who,
    address: exchange.address,
    ...(response.writableFinished ? {} : { cut: true }),
  }
  if (QUIET.includes(route)) deps.log.debug(line, 'request')
  else deps.log.info(line, 'request')
}
