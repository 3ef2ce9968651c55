import type { IncomingMessage, ServerResponse } from 'node:http'
import { MoorageError } from '../errors.ts'
import { isMounted } from '../kubeproxy/mount.ts'
import { beginExchange } from './begin-exchange.ts'
import type { ApiDeps } from './deps.ts'
import type { Exchange } from './exchange.ts'
import { operate } from './operate.ts'
import { toMoorageError } from './problem.ts'
import { agentCall } from './raw/agent.ts'
import { auditExport } from './raw/audit-export.ts'
import { backup } from './raw/backup.ts'
import { caCertificate } from './raw/ca-certificate.ts'
import { cast } from './raw/cast.ts'
import { docs, openapi } from './raw/docs.ts'
import { isIssuerSignIn, issuerSignIn } from './raw/issuer-sign-in.ts'
import { metrics } from './raw/metrics.ts'
import { livez, readyz } from './raw/probes.ts'
import { readRequestLine } from './request-line.ts'
import { sendProblem } from './send.ts'
import type { Site } from './site.ts'

type Raw = (deps: ApiDeps, exchange: Exchange, site: Site) => Promise<void>

/** Addresses outside the contract. All but the probes and the CA need an identity; agents have theirs below `/agent/`. */
const raw: Readonly<Record<string, Raw>> = {
  '/livez': livez,
  '/readyz': readyz,
  '/ca.crt': caCertificate,
  '/metrics': metrics,
  '/api/openapi.json': openapi,
  '/api/docs': docs,
  '/api/v1/admin/backup': backup,
  '/api/v1/audit/export': auditExport,
  '/api/v1/recordings/cast': cast,
}

/** Pages and origins are made of it further on. */
const isHost = (host: string | undefined) =>
  host === undefined || (/^[^\s/\\?#@]+$/.test(host) && URL.canParse(`http://${host}/`))

async function dispatch(deps: ApiDeps, site: Site, stopping: AbortSignal, exchange: Exchange): Promise<void> {
  const { request, response, path } = exchange
  if (request.httpVersion === '1.1' && request.headers.host === undefined) {
    throw new MoorageError('bad_request', 'The request has no Host header.')
  }
  if (!isHost(request.headers.host)) {
    throw new MoorageError('bad_request', 'The Host header of the request is not a host with or without a port.')
  }
  const own = Object.hasOwn(raw, path) ? raw[path] : undefined
  if (own !== undefined) {
    exchange.route = path
    if (exchange.method === 'GET' || (exchange.method === 'HEAD' && !path.startsWith('/api/'))) {
      return own(deps, exchange, site)
    }
    response.setHeader('allow', 'GET')
    throw new MoorageError('method_not_allowed', `This address does not take ${exchange.method}.`, { choices: ['GET'] })
  }
  if (isIssuerSignIn(path)) return issuerSignIn(deps, exchange)
  if (path === '/agent' || path.startsWith('/agent/')) return agentCall(deps, exchange)
  if (path === '/api' || path.startsWith('/api/')) return operate(deps, site.routes, exchange, stopping)
  exchange.route = 'console'
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    throw new MoorageError('method_not_allowed', `This address does not take ${exchange.method}.`, {
      choices: ['GET', 'HEAD'],
      fix: 'The API is below /api/v1.',
    })
  }
  return site.console(request, response)
}

/** Answers one request, whatever happens: every failure becomes a problem document. */
export async function answer(
  deps: ApiDeps,
  site: Site,
  stopping: AbortSignal,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = beginExchange(deps, id, request, response)
  // Its failures are in Kubernetes' own form, so nothing here may speak first.
  if (isMounted(request.url ?? '')) return site.kube.answer(exchange, stopping)
  try {
    Object.assign(exchange, readRequestLine(request.url ?? ''))
    await dispatch(deps, site, stopping, exchange)
  } catch (error) {
    const told = toMoorageError(error)
    // Only what was made of something else has a cause here that nobody has logged.
    const mine = told !== error && told.cause !== undefined
    if (mine && !exchange.signal.aborted) {
      deps.log.error({ err: told.cause, request: id, route: exchange.route }, 'A request failed.')
    }
    sendProblem(response, told, id)
  }
}
