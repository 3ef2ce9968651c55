import net, { type LookupFunction, type Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import { connectTcp } from './connect.ts'
import type { DirectTarget } from './direct-target.ts'
import { TransportError } from './errors.ts'
import { CONNECT_TIMEOUT_MS } from './limits.ts'
import { lookupFailure } from './network-failure.ts'
import { nameOf, type Place, placeOf } from './place.ts'
import { httpTunnel, socksTunnel } from './proxy.ts'
import { Resumption } from './resumption.ts'
import { publicRoots, secure, type TlsIdentity, tlsContext } from './secure.ts'

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

interface Proxy {
  url: URL
  /** For a proxy that speaks TLS. */
  tls: { identity: TlsIdentity; context: SecureContext } | null
}

const proxyOf = ({ proxyUrl: url, tls }: DirectTarget): Proxy | null => {
  if (!url) return null
  if (url.protocol !== 'https:') return { url, tls: null }
  // As kubectl does, a proxy may be of the cluster's own CA; unlike there, public ones go on being trusted.
  const ca = tls.ca === undefined ? publicRoots() : [tls.ca, ...publicRoots()]
  const identity = { ca, insecureSkipVerify: false }
  return { url, tls: { identity, context: tlsContext(identity) } }
}

const throughProxy = async (
  { url, tls }: Proxy,
  target: Place,
  lookup: LookupFunction | undefined,
  signal: AbortSignal,
) => {
  const proxy = placeOf(url)
  if (lookup && net.isIP(target.host)) await checkAddress(target, lookup)
  let socket: Socket
  try {
    socket = await connectTcp(proxy, lookup, signal)
    if (tls) socket = await secure(proxy, socket, tls.identity, tls.context, signal)
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
  const resumption = new Resumption()
  const proxy = proxyOf(target)
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
      return await secure(place, raw, target.tls, secureContext, attempt.signal, resumption)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }
}
