import { Agent, type Dispatcher, EnvHttpProxyAgent, type RequestInit as UndiciInit, fetch as undiciFetch } from 'undici'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'

/** ms; a hub on the other side of the world connects within a second, a dropped packet costs three. */
const CONNECT_WITHIN = 10_000

/** What is given along with an address; a `Request` brings its own. */
export interface HubInit {
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array | ReadableStream
  signal?: AbortSignal
}

export interface HubFetch extends AsyncDisposable {
  fetch: (input: Request | string, init?: HubInit) => Promise<Response>
}

/**
 * `fetch` to one hub, verified by `ca` alone where it is given. Goes by the
 * proxy that the environment names, but never to this machine itself.
 */
export function hubFetch(options: { url: string; ca?: string | undefined; env: Io['env'] }): HubFetch {
  const dispatcher = dispatcherFor(options)
  return {
    async fetch(input, init) {
      try {
        const answer = await undiciFetch(...toUndici(input, init, dispatcher))
        return answer as unknown as Response
      } catch (error) {
        throw unreachable(options.url, error)
      }
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  }
}

/** Why no answer came, as an error of this program. An abort stays what it is. */
export function unreachable(url: string, error: unknown): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError' || error.name === 'TimeoutError') return error
  const code = deepCode(error)
  if (code === undefined && !(error instanceof TypeError)) return error
  const [detail, fix] = reasonOf(url, code ?? '', error)
  return new CliError(isUntrusted(error) ? 'hub_untrusted' : 'hub_unreachable', exitCodes.hubUnreachable, detail, {
    fix,
    cause: error,
  })
}

/** Whether it failed because the certificate's CA is not one that is trusted here. */
export const isUntrusted = (error: unknown) =>
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_GET_ISSUER_CERT',
    'CERT_SIGNATURE_FAILURE',
  ].includes(deepCode(error) ?? '')

function dispatcherFor({ url, ca, env }: { url: string; ca?: string | undefined; env: Io['env'] }): Dispatcher {
  const tls = { ...(ca !== undefined && { ca }), timeout: CONNECT_WITHIN }
  const proxied = env.HTTPS_PROXY ?? env.https_proxy ?? env.HTTP_PROXY ?? env.http_proxy
  const own = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)
  if (!proxied || own) return new Agent({ connect: tls })
  return new EnvHttpProxyAgent({ connect: tls, requestTls: tls })
}

/** The client hands over the platform's `Request`, which this undici takes apart but not as a whole. */
function toUndici(input: Request | string, init: HubInit | undefined, dispatcher: Dispatcher): [string, UndiciInit] {
  const { url, ...rest } = typeof input === 'string' ? { url: input, ...init } : partsOf(input)
  const { body, ...others } = rest
  return [
    url,
    {
      ...others,
      ...(body && { body: body as UndiciInit['body'] & {}, duplex: 'half' }),
      redirect: 'manual',
      dispatcher,
    },
  ]
}

const partsOf = ({ url, method, headers, body, signal }: Request) => ({
  url,
  method,
  headers: [...headers],
  body,
  signal,
})

function deepCode(error: unknown): string | undefined {
  let at: unknown = error
  for (let depth = 0; at instanceof Error && depth < 5; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code
    if (at instanceof AggregateError && at.errors.length > 0) at = at.errors[0]
    else at = at.cause
  }
  return undefined
}

function reasonOf(url: string, code: string, error: Error): [detail: string, fix: string] {
  const { host, hostname } = new URL(url)
  const check = 'Check the address ("moorage context current") and that the hub runs.'
  if (isUntrusted(error))
    return [
      `The certificate of ${host} is signed by a CA that is not trusted here (${code}).`,
      'Sign in again with --ca FILE, or with --ca-fingerprint and the fingerprint that the hub printed at its start.',
    ]
  // A server that speaks TLS hangs up on plain HTTP.
  if (url.startsWith('http:') && (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET'))
    return [`The hub at ${url} hung up without an answer.`, `Perhaps it speaks HTTPS: try https://${host}.`]
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return [`What answers at ${host} does not speak TLS.`, `Check the address, and whether it is http://${host}.`]
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [`The name "${hostname}" of the hub could not be looked up (${code}).`, check]
    case 'ECONNREFUSED':
      return [`The hub at ${url} refused the connection.`, check]
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return [`The hub at ${url} did not answer within ${CONNECT_WITHIN / 1000} s.`, check]
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        `The certificate of ${host} is not made out to "${hostname}".`,
        'Use the name that is in the certificate, or give the hub a --public-url or certificate with this one.',
      ]
    case 'CERT_HAS_EXPIRED':
      return [`The certificate of ${host} has expired.`, 'Renew the certificate of the hub.']
    default:
      return [
        `The hub at ${url} could not be reached: ${code || (error.cause as Error)?.message || error.message}.`,
        check,
      ]
  }
}
