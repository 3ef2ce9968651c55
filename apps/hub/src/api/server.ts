import { createHash, randomUUID, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { HubInfo } from '@moorage/contract/hub.ts'
import type { Asker } from '../access/arrival.ts'
import { openCutting } from '../access/cutting.ts'
import { whyShutOut } from '../access/decide.ts'
import { authenticateBy, type Credential } from '../access/identity.ts'
import { openIssuerClients } from '../access/issuer-client.ts'
import { knowCredentials } from '../access/known-credentials.ts'
import { followCredentials } from '../access/live.ts'
import { signInLimit } from '../access/sign-in-limit.ts'
import { agentImage } from '../agents/image.ts'
import { batchAudit } from '../audit/batched.ts'
import { allForwards } from '../forwards/settings.ts'
import { openGrants } from '../kubeproxy/grants.ts'
import { openMembers } from '../kubeproxy/members.ts'
import { isMounted } from '../kubeproxy/mount.ts'
import { makeMetrics } from '../observability/metrics.ts'
import { clustersByPhase, storeAnswers } from '../store/probe.ts'
import { answer } from './answer.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { consoleFiles } from './console-files.ts'
import type { ApiDeps } from './deps.ts'
import { readOpenApi } from './docs/document.ts'
import { renderDocs } from './docs/page.ts'
import { kubeApi } from './kube.ts'
import {
  DRAIN_MS,
  MAX_CONNECTIONS,
  MAX_FAILED_SIGN_INS,
  MAX_HEADERS,
  READY_TIMEOUT_MS,
  RECHECK_MS,
  SIGN_IN_WINDOW_MS,
} from './limits.ts'
import { makeServer } from './make-server.ts'
import { agentCallLimits } from './raw/agent-limits.ts'
import { contractRoutes } from './routes.ts'
import type { Site } from './site.ts'
import { kubectlRuns } from './terminals/kubectl-runs.ts'
import { isTerminal, upgradeTerminal } from './terminals/upgrades.ts'
import { answerUpgrade, noUpgrades, type Upgrades } from './upgrades.ts'

export interface ApiOptions {
  host: string
  /** 0 takes a free port. */
  port: number
  /** null serves plain HTTP, for a proxy in front that does TLS. */
  tls: { cert: string; key: string } | null
  /** The hub's own CA as it is now, for `/ca.crt` among others; null where its certificate comes from elsewhere. */
  ca: () => { pem: string; fingerprint: string } | null
  /** Address that people use; null takes the one that the server listens on. */
  publicUrl: URL | null
  /** Where agents’ images come from; left out or null: the public one. */
  agentImage?: string | null
  /** Folder of the built console; null where there is none. */
  consoleDir: string | null
  /** ms in which it is not ready and answers all the same, before it stops: load balancers notice that by and by. */
  drainDelayMs?: number
  /** Where the protocol can be changed; left out: nowhere. */
  upgrades?: Upgrades
}

/** What the composition root gives; the rest of `ApiDeps` is made here. */
export type ApiServerDeps = Omit<
  ApiDeps,
  | 'metrics'
  | 'reads'
  | 'live'
  | 'credentials'
  | 'cutting'
  | 'leaving'
  | 'ways'
  | 'grants'
  | 'signIns'
  | 'issuers'
  | 'agentCalls'
  | 'face'
  | 'info'
  | 'secure'
> & {
  info: Omit<HubInfo, 'publicUrl' | 'caFingerprint' | 'proofKey'>
}

export interface ApiServer extends AsyncDisposable {
  /** Where it really listens. */
  address: { host: string; port: number }
  /** Address that people use. */
  url: URL
  /** Answers new connections with this certificate. */
  useCertificate(tls: { cert: string; key: string }): void
}

/** SHA-256 of the certificate's public key, as curl and browsers pin it. */
const publicKeyPin = (pem: string): string =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')

/** Serves the API, the console and the probes. Disposing of it lets running requests end, within bounds. */
export async function startApi(options: ApiOptions, given: ApiServerDeps): Promise<ApiServer> {
  await using stack = new AsyncDisposableStack()
  const { store, log, now } = given
  const upgrades = options.upgrades ?? noUpgrades
  const server = makeServer(options.tls, upgrades)
  server.maxHeadersCount = MAX_HEADERS
  server.maxConnections = MAX_CONNECTIONS
  const document = await readOpenApi()
  const warn = (message: string, err: unknown) => log.warn({ err }, message)
  const secure = options.tls !== null || options.publicUrl?.protocol === 'https:'
  const find = (credential: Credential) => authenticateBy({ store, now, secure }, credential)
  const credentials = stack.use(knowCredentials({ find, now, changes: given.changes }))
  const shutOut = (who: Asker) => whyShutOut(who, given.policy.current(), now())
  const live = stack.use(
    followCredentials({ store, now, shutOut, everyMs: RECHECK_MS, warn, revoked: credentials.forget }),
  )
  stack.use(given.policy.changed(() => void live.recheck()))
  const cutting = stack.use(await openCutting({ store, live, replica: given.replica, warn }))
  server.listen(options.port, options.host)
  await once(server, 'listening')
  // Nothing is awaited between this and the handlers below: a request in between would never be answered.
  stack.defer(() => void server.close())
  const { address, port } = server.address() as AddressInfo
  const host = address.includes(':') ? `[${address}]` : address
  const url = options.publicUrl ?? new URL(`${options.tls === null ? 'http' : 'https'}://${host}:${port}`)

  const leaving = new AbortController()
  let certificate = options.tls?.cert ?? null
  const publicUrl = url.href.replace(/\/$/, '')
  const metrics = makeMetrics(
    { version: given.info.version, store: given.info.store },
    {
      clustersByPhase: () => clustersByPhase(store.db),
      auditForwards: () => allForwards({ store }),
      storeAnswers: () => storeAnswers(store.db, READY_TIMEOUT_MS),
    },
  )
  const { onAuditFailure: onFailure } = given
  const reads = batchAudit({
    store,
    now,
    onFailure,
    failed: err => {
      metrics.auditFailed()
      const then = onFailure === 'allow' ? 'They are lost.' : 'No cluster can be reached until they are.'
      log.error({ err }, `Requests could not be written to the audit log. ${then}`)
    },
  })
  stack.use(reads)
  const deps: ApiDeps = {
    ...given,
    reads,
    metrics,
    face: {
      url: publicUrl,
      version: given.info.version,
      agentImage: agentImage(given.info.version, options.agentImage ?? null),
      get caPem() {
        return options.ca()?.pem ?? null
      },
      pin: () => (certificate === null ? null : publicKeyPin(certificate)),
    },
    issuers: stack.use(openIssuerClients(given.guard, () => performance.now())),
    ways: openMembers({ store, connections: given.connections, clock: () => performance.now() }),
    grants: openGrants({
      ...given,
      policy: () => given.policy.current(),
      clock: () => performance.now(),
    }),
    agentCalls: agentCallLimits(),
    leaving: leaving.signal,
    live,
    credentials,
    cutting,
    info: {
      ...given.info,
      publicUrl,
      get caFingerprint() {
        return options.ca()?.fingerprint ?? null
      },
    },
    secure,
    signIns: signInLimit(MAX_FAILED_SIGN_INS, SIGN_IN_WINDOW_MS),
  }
  const site: Site = {
    routes: contractRoutes(),
    openapi: JSON.stringify(document),
    docs: renderDocs(document),
    caPem: () => options.ca()?.pem ?? null,
    kube: stack.use(kubeApi(deps)),
    console: consoleFiles(options.consoleDir),
  }
  const stopping = new AbortController()
  const runs = stack.use(kubectlRuns(deps, site.kube, stopping.signal))
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    void answer(deps, site, stopping.signal, randomUUID(), request, response)
  server.on('request', handle)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => answerBrokenRequest(error, socket, log))
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    if (isMounted(request.url ?? '')) {
      socket.on('error', () => {}) // Its end is seen by whoever holds it.
      void site.kube.upgrade({ id: randomUUID(), request, socket, head }, stopping.signal)
    } else if (isTerminal(request.url ?? '')) {
      void upgradeTerminal(
        deps,
        { kube: site.kube, runs },
        { id: randomUUID(), request, socket, head },
        stopping.signal,
      )
    } else void answerUpgrade(deps, upgrades, stopping.signal, request, socket, head)
  })
  stack.defer(async () => {
    // Whoever sends requests here learns first that they are to go elsewhere, and is still answered.
    leaving.abort(new Error('The hub will stop.'))
    if (options.drainDelayMs) await pause(options.drainDelayMs)
    await upgrades.drain()
    await drain(server, stopping, upgrades, upgraded)
  })
  const owned = stack.move()
  return {
    address: { host: address, port },
    url,
    useCertificate: ({ cert, key }) => {
      certificate = cert
      if (server instanceof TlsServer) server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' })
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** How often shutdown looks for connections that have become idle, in ms. */
const IDLE_LOOK_MS = 20

/** Takes no more connections, ends streams, waits for requests, then cuts what is left. */
async function drain(
  server: Server,
  stopping: AbortController,
  upgrades: Upgrades,
  upgraded: ReadonlySet<Duplex>,
): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  stopping.abort(new Error('The hub is stopping.'))
  let settled = false
  void upgrades.settled().then(() => {
    settled = true
  })
  const cutUpgraded = () => {
    for (const socket of upgraded) socket.destroy()
  }
  // Connections become idle as their requests end, and would be kept alive. Requests may still need the tunnels, which end last.
  const idle = setInterval(() => {
    server.closeIdleConnections()
    server.getConnections((_error, count) => {
      if (settled && count <= upgraded.size) cutUpgraded()
    })
  }, IDLE_LOOK_MS)
  const cut = setTimeout(() => {
    server.closeAllConnections()
    cutUpgraded()
  }, DRAIN_MS)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
}
