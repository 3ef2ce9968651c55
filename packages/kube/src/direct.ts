import type { Duplex } from 'node:stream'
import { Pool } from 'undici'
import { type DialOptions, dialer } from './dial.ts'
import type { DirectTarget } from './direct-target.ts'
import { TransportError } from './errors.ts'
import { IDLE_CONNECTION_MS, LONG_CONNECTIONS, SHORT_CONNECTIONS } from './limits.ts'
import { isMisuse, networkFailure, signalFailure } from './network-failure.ts'
import { nameOf, placeOf } from './place.ts'
import type { KubeRequest, KubeResponse, KubeTransport, UpgradedStream } from './transport.ts'
import { upgradeOver } from './upgrade.ts'

export type { DialOptions as DirectOptions } from './dial.ts'
export type { DirectTarget } from './direct-target.ts'

/** Requests that keep their connection for minutes. */
const isLong = (path: string) => /[?&](watch|follow)=(true|1)(&|$)/.test(path)

/** Settles as the promise does, or rejects as soon as the signal fires. */
const unlessAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

const hasNoEffect = ({ method }: KubeRequest) => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'

/** Reaches an API server by dialling it, directly or through a proxy. Redirects are never followed. */
export const directTransport = (target: DirectTarget, options: DialOptions = {}): KubeTransport => {
  const place = placeOf(target.server)
  const prefix = target.server.pathname.replace(/\/+$/, '')
  const dial = dialer(target, options)
  const closing = new AbortController()
  const upgraded = new Set<Duplex>()
  const pool = (connections: number) =>
    new Pool(target.server.origin, {
      connections,
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveMaxTimeout: IDLE_CONNECTION_MS,
      connect: (_options, done) => {
        dial(closing.signal).then(
          socket => done(null, socket),
          error => done(error, null),
        )
      },
    })
  const short = pool(SHORT_CONNECTIONS)
  const long = pool(LONG_CONNECTIONS)

  const headersOf = (request: KubeRequest): Record<string, string | string[]> => {
    if (target.auth.kind !== 'token') return request.headers ?? {}
    const kept = Object.entries(request.headers ?? {}).filter(([name]) => name.toLowerCase() !== 'authorization')
    return { ...Object.fromEntries(kept), authorization: `Bearer ${target.auth.token}` }
  }

  const closed = () => new TransportError('aborted', `The connection to ${nameOf(place)} was closed here.`)

  const send = async (request: KubeRequest, signal: AbortSignal): Promise<KubeResponse> => {
    const answered = (request.apart || isLong(request.path) ? long : short).request({
      method: request.method,
      path: prefix + request.path,
      headers: headersOf(request),
      body: request.body ?? null,
      signal,
    })
    // undici looks at the signal only once it has a connection, which a silent server withholds until its time-out.
    const answer = await unlessAborted(answered, signal)
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      trailers: () => answer.trailers as Record<string, string>,
    }
  }

  const failure = (error: unknown, signal: AbortSignal) => {
    if (closing.signal.aborted) return closed()
    return signal.aborted ? signalFailure(place, signal) : networkFailure(place, error)
  }

  return {
    kind: 'direct',

    async request(request, signal) {
      try {
        return await send(request, signal)
      } catch (error) {
        if (isMisuse(error)) throw error
        const first = failure(error, signal)
        // A kept connection may be closed by the server just as it is used again: one more try, on another one.
        const stale = first.reason === 'reset' && !(error instanceof TransportError)
        if (!stale || !hasNoEffect(request) || request.body !== undefined) throw first
      }
      try {
        return await send(request, signal)
      } catch (error) {
        throw failure(error, signal)
      }
    },

    async upgrade(request, signal): Promise<UpgradedStream> {
      if (closing.signal.aborted) throw closed()
      const attempt = AbortSignal.any([signal, closing.signal])
      const socket = await dial(attempt).catch(error => {
        throw failure(error, signal)
      })
      upgraded.add(socket)
      socket.once('close', () => upgraded.delete(socket))
      const headers = { host: target.server.host, ...headersOf(request) }
      return upgradeOver(socket, place, { ...request, path: prefix + request.path, headers }, attempt)
    },

    async [Symbol.asyncDispose]() {
      if (closing.signal.aborted) return
      const reason = closed()
      closing.abort(reason)
      for (const socket of upgraded) socket.destroy()
      await Promise.all([short.destroy(reason), long.destroy(reason)])
    },
  }
}
