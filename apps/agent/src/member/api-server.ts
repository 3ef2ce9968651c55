import type { Duplex } from 'node:stream'
import { dialer } from '@moorage/kube/dial.ts'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { ConfigError } from '../config/config-error.ts'
import type { ServiceAccount } from './service-account.ts'
import { leanTransport } from './transport.ts'

/** The API server of the agent's own cluster, reached with the agent's own account. */
export interface ApiServer extends AsyncDisposable {
  /** For the Host header. */
  readonly host: string
  /** Opens one more connection, past TLS. */
  connect(signal: AbortSignal): Promise<Duplex>
  /** The Authorization header. */
  authorization(): string
  /** For the agent's own requests: they do not pass the guard. */
  readonly transport: KubeTransport
}

/** Where a pod's API server is. Throws a `ConfigError`. */
export function apiServerUrl(env: Readonly<Record<string, string | undefined>>): URL {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  const text = `https://${host?.includes(':') ? `[${host}]` : host}:${port ?? '443'}`
  if (host !== undefined && host !== '' && URL.canParse(text)) return new URL(text)
  throw new ConfigError(
    'KUBERNETES_SERVICE_HOST',
    'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT do not say where the API server is: the agent runs in a pod only.',
  )
}

export function openApiServer(server: URL, account: ServiceAccount): ApiServer {
  const dial = dialer({
    server,
    tls: { ca: account.ca, insecureSkipVerify: false },
    // Each request has the token as it is then; the dialer needs none.
    auth: { kind: 'token', token: '' },
    context: 'pod',
  })
  const authorization = () => `Bearer ${account.token()}`
  const transport = leanTransport({ host: server.host, connect: dial, authorization })
  return {
    host: server.host,
    connect: dial,
    authorization,
    transport,
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  }
}
