import net, { type LookupFunction, type Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import { connectTcp } from './connect.ts'
import type { DirectTarget } from './direct-target.ts'
import { TransportError } from './errors.ts'
import { CONNECT_TIMEOUT_MS } from './limits.ts'
import { lookupFailure } from './network-failure.ts'
import { nameOf, type Place, placeOf } from './place.ts'
import { httpTunnel, socksTunnel } from './proxy.ts'
import { secure, tlsContext } from './secure.ts'

export interface DialOptions {
  /** Asked for every host, names and addresses alike; what it returns is what is dialled. An error of it is the refusal. */
  lookup?: LookupFunction
  /** Name lookup, TCP, proxy and TLS together. */
  connectTimeoutMs?: number
}

/** The proxy looks a name up where it stands; only a target given as an address can be judged here. */
const checkAddress = (target: Place, lookup: LookupFunction): Promise<void> =>
  new Promise((resolve, reject) => {
    lookup(target.host, { all: true }, error => (error ? reject(lookupFailure(target, error)) : resolve()))
  })

/** What a proxy that speaks TLS is checked by: the system's roots. */
const proxyIdentity = { insecureSkipVerify: false }

interface Proxy {
  url: URL
  /** Made once, as the system's roots are many. */
  context: SecureContext | null
}

const throughProxy = async (
  { url, context }: Proxy,
  target: Place,
  lookup: LookupFunction | undefined,
  signal: AbortSignal,
) => {
  const proxy = placeOf(url)
  if (lookup && net.isIP(target.host)) await checkAddress(target, lookup)
  let socket: Socket
  try {
    socket = await connectTcp(proxy, lookup, signal)
    if (context) socket = await secure(proxy, socket, proxyIdentity, context, signal)
  } catch (error) {
    // A refused address stays what it is; for the rest, say that it is the proxy which can not be reached.
    if (!(error instanceof TransportError) || error.reason === 'address' || error.reason === 'aborted') throw error
    const { code, retryable } = error
    const why = error.reason === 'timeout' ? `${nameOf(proxy)} did not answer in time.` : error.message
    throw new TransportError('proxy', `The proxy can not be reached. ${why}`, { code, retryable })
  }
  const open = url.protocol.startsWith('socks5') ? socksTunnel : httpTunnel
  return open(socket, url, proxy, target, signal)
}

/** Returns a function that opens one verified TLS connection to the target's API server at each call. */
export const dialer = (target: DirectTarget, options: DialOptions = {}) => {
  const place = placeOf(target.server)
  const secureContext = tlsContext(target.tls)
  const proxy: Proxy | null = target.proxyUrl
    ? { url: target.proxyUrl, context: target.proxyUrl.protocol === 'https:' ? tlsContext(proxyIdentity) : null }
    : null
  const timeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS
  return async (signal: AbortSignal): Promise<TLSSocket> => {
    const attempt = new AbortController()
    const onAbort = () => attempt.abort(signal.reason)
    const timer = setTimeout(() => {
      const message = `${nameOf(place)} did not answer within ${timeoutMs / 1000} s.`
      attempt.abort(new TransportError('timeout', message))
    }, timeoutMs)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    try {
      const raw = proxy
        ? await throughProxy(proxy, place, options.lookup, attempt.signal)
        : await connectTcp(place, options.lookup, attempt.signal)
      return await secure(place, raw, target.tls, secureContext, attempt.signal)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }
}
