import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { isMounted } from '../kubeproxy/mount.ts'
import { HEADERS_TIMEOUT_MS, KEEP_ALIVE_MS, LATE_EVERY_MS, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts'
import { isTerminal } from './terminals/upgrades.ts'
import { isUpgrade, type Upgrades } from './upgrades.ts'

const limits = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionsCheckingInterval: LATE_EVERY_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  insecureHTTPParser: false,
  // Node's own answer to a request without Host is not a problem document; `answer` gives one.
  requireHostHeader: false,
}

/** A server that has no handlers yet, for TLS or, where there is none, for a proxy in front that does it. */
export function makeServer(tls: { cert: string; key: string } | null, upgrades: Upgrades): Server {
  const shouldUpgradeCallback = (request: IncomingMessage) =>
    isMounted(request.url ?? '') || isTerminal(request.url ?? '') || isUpgrade(upgrades, request)
  if (tls === null) return createServer({ ...limits, shouldUpgradeCallback })
  return createTlsServer({
    ...limits,
    shouldUpgradeCallback,
    cert: tls.cert,
    key: tls.key,
    minVersion: 'TLSv1.2',
    handshakeTimeout: HEADERS_TIMEOUT_MS,
    ALPNProtocols: ['http/1.1'],
  })
}
