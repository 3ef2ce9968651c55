import net, { type Socket } from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import { settled } from './connect.ts'
import { TransportError } from './errors.ts'
import type { Place } from './place.ts'
import type { Resumption } from './resumption.ts'
import { presentedChain, tlsFailure } from './tls-failure.ts'

/** How the far end must prove itself, and how we do. */
export interface TlsIdentity {
  ca?: string | string[]
  cert?: string
  key?: string
  serverName?: string
  insecureSkipVerify: boolean
}

/**
 * The system's roots together with those that Node carries: what is trusted
 * without a CA of one's own, also in an image without a certificate store.
 */
export const publicRoots = () => [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])]

/** The parsed keys and roots, made once and used for every connection. */
export const tlsContext = (identity: TlsIdentity): tls.SecureContext => {
  try {
    return tls.createSecureContext({
      ...(identity.insecureSkipVerify ? {} : { ca: identity.ca ?? publicRoots() }),
      ...(identity.cert === undefined ? {} : { cert: identity.cert }),
      ...(identity.key === undefined ? {} : { key: identity.key }),
    })
  } catch {
    // OpenSSL's own words are not passed on, as they may quote what they could not read.
    throw new TransportError('tls', 'The CA, the certificate or the key of the kubeconfig can not be read.')
  }
}

/** TLS over a connection. Nothing is written on it before the far end has proved itself, now or when `resumption` began. */
export const secure = async (
  place: Place,
  raw: Socket,
  identity: TlsIdentity,
  secureContext: tls.SecureContext,
  signal: AbortSignal,
  resumption: Resumption | null = null,
): Promise<TLSSocket> => {
  const name = identity.serverName ?? place.host
  const socket = tls.connect({
    socket: raw,
    secureContext,
    // An address is not allowed in SNI.
    servername: net.isIP(name) ? '' : name,
    checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(name, certificate),
    ALPNProtocols: ['http/1.1'],
    ...resumption?.options,
    // The verdict is read below instead: Node would destroy the socket before its certificates could be named.
    rejectUnauthorized: false,
  })
  const session = resumption?.follow(socket)
  try {
    await settled(place, socket, 'secureConnect', signal)
  } catch (error) {
    resumption?.forget()
    throw error
  }
  if (socket.authorized || identity.insecureSkipVerify) {
    session?.accept()
    return socket
  }
  resumption?.forget()
  const failure = tlsFailure(
    place,
    String(socket.authorizationError),
    presentedChain(socket.getPeerCertificate(true)),
    {
      name,
      ownCa: typeof identity.ca === 'string' ? identity.ca : null,
    },
  )
  socket.destroy()
  throw failure
}
