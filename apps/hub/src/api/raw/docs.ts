import { MoorageError } from '../../errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { Exchange } from '../exchange.ts'
import { send } from '../send.ts'
import type { Site } from '../site.ts'
import { admitRaw } from './admit-raw.ts'

// Both need an identity. They tell no secret, but "no unauthenticated API" is
// easier to keep and to check without exceptions, and a hub on the open
// internet then tells a stranger neither its version nor what it can do.

/** The OpenAPI document of this very hub. */
export async function openapi(deps: ApiDeps, exchange: Exchange, site: Site): Promise<void> {
  await admitRaw(deps, exchange, 'raw.openapi')
  send(exchange.response, 200, 'application/json', site.openapi)
}

/** The same, for people. A browser without a session is sent to where it can sign in. */
export async function docs(deps: ApiDeps, exchange: Exchange, site: Site): Promise<void> {
  const { request, response } = exchange
  try {
    await admitRaw(deps, exchange, 'raw.docs')
  } catch (error) {
    const wantsPage = request.headers.accept?.includes('text/html') === true
    if (!(error instanceof MoorageError) || error.code !== 'unauthenticated' || !wantsPage) throw error
    response.setHeader('location', '/')
    send(response, 303, 'text/plain; charset=utf-8', 'Sign in first.\n')
    return
  }
  response.setHeader('content-security-policy', site.docs.csp)
  send(response, 200, 'text/html; charset=utf-8', site.docs.html)
}
