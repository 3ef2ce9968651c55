import { Agent, type Dispatcher, ProxyAgent, type RequestInit as UndiciInit, fetch as undiciFetch } from 'undici'
import { exitCodes } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import type { Io } from '../io.ts'
import { patiently } from './patience.ts'
import { proxyAuthorization, proxyFor } from './proxy.ts'

/** ms; a hub on the other side of the world connects within a second, a dropped packet costs three. */
const CONNECT_WITHIN = 10_000

/** ms; an upgrade of agents is answered when its last wave is through, each of them up to 15 min. A hub that is gone is noticed by keep-alive. */
const ANSWER_WITHIN = 60 * 60_000

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
  const proxy = proxyFor(options.url, options.env)
  const dispatcher = dispatcherFor(proxy, options.ca === undefined ? {} : { ca: options.ca })
  return {
    async fetch(input, init) {
      try {
        const send = async (sent: Request | string) =>
          (await undiciFetch(...toUndici(sent, init, dispatcher))) as unknown as Response
        // What is a stream can not be sent twice.
        if (init?.body instanceof ReadableStream) return await send(input)
        const signal = typeof input === 'string' ? (init?.signal ?? new AbortController().signal) : input.signal
        return await patiently(() => send(typeof input === 'string' ? input : input.clone()), signal)
      } catch (error) {
        throw unreachable(options.url, error, proxy)
      }
    },
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  }
}

/** Why no answer came, as an error of this program. An abort stays what it is. */
export function unreachable(url: string, error: unknown, proxy: URL | null = null): unknown {
  if (!(error instanceof Error) || error.name === 'AbortError' || error.name === 'TimeoutError') return error
  const code = deepCode(error)
  if (code === undefined && !(error instanceof TypeError)) return error
  const [detail, fix] = (proxy && proxyReason(proxy, url, code ?? '', error)) ?? reasonOf(url, code ?? '', error)
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

/** A way to the hub, by the proxy where there is one. `tls` is what is asked of the hub's certificate. */
export function dispatcherFor(proxy: URL | null, tls: { ca?: string; rejectUnauthorized?: boolean }): Dispatcher {
  const timed = { ...tls, timeout: CONNECT_WITHIN }
  if (proxy === null) return new Agent({ connect: timed, headersTimeout: ANSWER_WITHIN })
  const token = proxyAuthorization(proxy)
  const proxyTls = { timeout: CONNECT_WITHIN }
  const ways = { requestTls: timed, proxyTls, connect: proxyTls, headersTimeout: ANSWER_WITHIN }
  return new ProxyAgent({ uri: proxy.origin, ...ways, ...(token && { token }) })
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

/** The messages of an error and of what caused it, a line each. */
function messages(error: Error): string {
  return error.cause instanceof Error ? `${error.message}\n${messages(error.cause)}` : error.message
}

function deepCode(error: unknown): string | undefined {
  let at: unknown = error
  for (let depth = 0; at instanceof Error && depth < 5; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code
    if (at instanceof AggregateError && at.errors.length > 0) at = at.errors[0]
    else at = at.cause
  }
  return undefined
}

/** What the proxy is to blame for; null where it has let the hub's own answer, or its certificate, through. */
function proxyReason(proxy: URL, url: string, code: string, error: Error): [detail: string, fix: string] | null {
  const fix = `Check HTTPS_PROXY and HTTP_PROXY; NO_PROXY=${new URL(url).hostname} goes without a proxy.`
  const answer = /^Proxy response \((\d+)\)/m.exec(messages(error))
  if (answer) return [`The proxy ${proxy.host} does not let this through to ${url}: it answered ${answer[1]}.`, fix]
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return [`The name "${proxy.hostname}" of the proxy could not be looked up (${code}).`, fix]
    case 'ECONNREFUSED':
      return [`The proxy ${proxy.host} refused the connection.`, fix]
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return [`There was no answer by the proxy ${proxy.host} within ${CONNECT_WITHIN / 1000} s.`, fix]
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
      return [`The connection by the proxy ${proxy.host} was cut.`, fix]
    default:
      return null
  }
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
