import { createHash } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import { connectTcp, settled } from '@moorage/kube/connect.ts'
import { TransportError } from '@moorage/kube/errors.ts'
import { nameOf, type Place, placeOf } from '@moorage/kube/place.ts'
import { httpTunnel } from '@moorage/kube/proxy.ts'
import { Resumption } from '@moorage/kube/resumption.ts'
import { publicRoots } from '@moorage/kube/secure.ts'
import { withinTime } from '@moorage/kube/within.ts'
import type { HubSettings } from '../config/config.ts'
import { DIAL_MS } from '../limits.ts'
import { tlsRefusal } from './tls-refusal.ts'

/** Opens connections to a hub, past TLS. */
export interface HubConnector {
  /** Rejects with a `TransportError` that says at which step the way ended. */
  connect(signal: AbortSignal): Promise<Duplex>
  readonly proxied: boolean
}

/** The same failure in words for whoever looks after the agent's cluster. */
function toldOf(error: unknown, what: string, place: Place): unknown {
  if (!(error instanceof TransportError) || error.reason === 'aborted') return error
  const { reason, code, retryable } = error
  const message =
    reason === 'dns'
      ? `The name of ${what}, “${place.host}”, can not be looked up in this pod (${code}): check it, and the DNS of this cluster. Where the name is wrong, import again with the right one${what === 'the hub' ? ' as the hub’s --public-url' : ''}.`
      : `${what[0]?.toUpperCase()}${what.slice(1)} can not be reached. ${error.message}`
  return new TransportError(what === 'the proxy' ? 'proxy' : reason, message, { code, retryable })
}

const serverName = (host: string) => (isIP(host) ? '' : host)

/** The SHA-256 of the public key that the other side has proved to have. */
const pinOf = (socket: tls.TLSSocket): string => {
  const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' })
  return key === undefined ? '' : createHash('sha256').update(key).digest('base64')
}

export function hubConnector({ url, ca, pins }: HubSettings, proxy: URL | null): HubConnector {
  const hub = placeOf(url)
  const secured = url.protocol === 'https:'
  // A pin alone says which key is right, whoever vouches for it; beside a CA both have to hold.
  const verified = ca !== null || pins.length === 0
  const context = secured ? tls.createSecureContext(verified ? { ca: ca ?? publicRoots() } : {}) : undefined
  const proxyContext =
    proxy?.protocol === 'https:'
      ? tls.createSecureContext({ ca: ca === null ? publicRoots() : [ca, ...publicRoots()] })
      : undefined
  const resumption = new Resumption()

  async function toHub(signal: AbortSignal): Promise<Socket> {
    if (proxy === null) {
      return connectTcp(hub, undefined, signal).catch(error => {
        throw toldOf(error, 'the hub', hub)
      })
    }
    const place = placeOf(proxy)
    let socket: Socket
    try {
      socket = await connectTcp(place, undefined, signal)
      if (proxyContext) {
        const overTls = tls.connect({
          socket,
          secureContext: proxyContext,
          servername: serverName(place.host),
          host: place.host,
        })
        socket = await settled(place, overTls, 'secureConnect', signal)
      }
    } catch (error) {
      throw toldOf(error, 'the proxy', place)
    }
    return httpTunnel(socket, proxy, place, hub, signal)
  }

  async function secure(raw: Socket, secureContext: tls.SecureContext, signal: AbortSignal): Promise<Duplex> {
    const socket = tls.connect({
      socket: raw,
      secureContext,
      servername: serverName(hub.host),
      checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(hub.host, certificate),
      ALPNProtocols: ['http/1.1'],
      ...resumption.options,
      // The verdict is read below instead: Node would destroy the socket before its certificates could be named.
      rejectUnauthorized: false,
    })
    const session = resumption.follow(socket)
    try {
      await settled(hub, socket, 'secureConnect', signal)
    } catch (error) {
      resumption.forget()
      throw toldOf(error, 'the hub', hub)
    }
    // A session that is taken up again is one that was accepted here before.
    const refusal = socket.isSessionReused() ? null : refusalOf(socket)
    if (refusal !== null) {
      resumption.forget()
      const failure = tlsRefusal(hub, socket, refusal, ca)
      socket.destroy()
      throw failure
    }
    session.accept()
    return socket
  }

  function refusalOf(socket: tls.TLSSocket): string | null {
    if (verified && !socket.authorized) return String(socket.authorizationError)
    return pins.length > 0 && !pins.includes(pinOf(socket)) ? 'PIN' : null
  }

  return {
    proxied: proxy !== null,
    connect: signal =>
      withinTime(
        DIAL_MS,
        `The hub at ${nameOf(hub)} did not answer within ${DIAL_MS / 1000} s.`,
        signal,
        async either => {
          const raw = await toHub(either)
          return context === undefined ? raw : secure(raw, context, either)
        },
      ),
  }
}
