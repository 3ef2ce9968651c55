import net, { type LookupFunction, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
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

const throughProxy = async (proxyUrl: URL, target: Place, lookup: LookupFunction | undefined, signal: AbortSignal) => {
  const proxy = placeOf(proxyUrl)
  if (lookup && net.isIP(target.host)) await checkAddress(target, lookup)
  let socket: Socket
  try {
    socket = await connectTcp(proxy, lookup, signal)
    if (proxyUrl.protocol === 'https:') {
      const identity = { insecureSkipVerify: false }
      socket = await secure(proxy, socket, identity, tlsContext(identity), signal)
    }
  } catch (error) {
    // A refused address stays what it is; for the rest, say that it is the proxy which can not be reached.
    if (!(error instanceof TransportError) || error.reason === 'address' || error.reason === 'aborted') throw error
    const { code, retryable } = error
    throw new TransportError('proxy', `The proxy can not be reached. ${error.message}`, { code, retryable })
  }
  const open = proxyUrl.protocol.startsWith('socks5') ? socksTunnel : httpTunnel
  return open(socket, proxyUrl, proxy, target, signal)
}

/** Returns a function that opens one verified TLS connection to the target's API server at each call. */
export const dialer = (target: DirectTarget, options: DialOptions = {}) => {
  const place = placeOf(target.server)
  const secureContext = tlsContext(target.tls)
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
      const raw = target.proxyUrl
        ? await throughProxy(target.proxyUrl, place, options.lookup, attempt.signal)
        : await connectTcp(place, options.lookup, attempt.signal)
      return await secure(place, raw, target.tls, secureContext, attempt.signal)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }
}
