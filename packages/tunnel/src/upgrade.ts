import http, { type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import { TunnelError, UpgradeRefused } from './errors.ts'
import { malformed } from './fields.ts'
import { FRAME_BYTES, REFUSAL_BYTES, TCP_PROBE_MS } from './limits.ts'
import { SUBPROTOCOL, webSocketStream } from './websocket.ts'

/** The token of `Upgrade`. */
export const PROTOCOL = 'moorage-tunnel/1'

export interface HubAddress {
  /** Of the tunnel's endpoint. */
  path: string
  /** For the Host header. */
  host: string
  headers: Record<string, string>
}

/** Without delay, or small requests wait for acknowledgements; with probes, or a vanished peer is never noticed. */
const tune = (socket: Duplex & Partial<Pick<Socket, 'setNoDelay' | 'setKeepAlive' | 'setTimeout'>>) => {
  socket.setNoDelay?.(true)
  socket.setKeepAlive?.(true, TCP_PROBE_MS)
  socket.setTimeout?.(0)
}

/** At most `REFUSAL_BYTES` of the answer, as far as it comes. */
const refusalOf = async (response: IncomingMessage): Promise<UpgradeRefused> => {
  const pieces: Buffer[] = []
  let size = 0
  try {
    for await (const piece of response) {
      pieces.push(piece)
      size += piece.length
      if (size >= REFUSAL_BYTES) break
    }
  } catch {
    // The status is what matters, and it is known.
  }
  return new UpgradeRefused(
    response.statusCode ?? 0,
    response.headers,
    Buffer.concat(pieces).subarray(0, REFUSAL_BYTES),
  )
}

interface Dialled {
  upgraded(connection: Duplex): void
  refused(response: IncomingMessage): void
  failed(error: unknown): void
}

const dialUpgrade = (socket: Duplex, { path, host, headers }: HubAddress, told: Dialled): void => {
  const request = http.request({
    method: 'GET',
    path,
    headers: { ...headers, host, connection: 'Upgrade', upgrade: PROTOCOL },
    createConnection: () => socket as Socket,
  })
  request.on('error', told.failed)
  request.once('response', told.refused)
  request.once('upgrade', (response, upgraded, rest) => {
    if (response.headers.upgrade?.toLowerCase() !== PROTOCOL) {
      told.failed(malformed('The hub switched to another protocol than was asked for.'))
      return
    }
    if (rest.length > 0) upgraded.unshift(rest)
    told.upgraded(upgraded)
  })
  request.end()
}

const dialWebSocket = (socket: Duplex, { path, host, headers }: HubAddress, told: Dialled): void => {
  // The address is never dialled: the connection is there already, TLS included where there is some.
  const webSocket = new WebSocket(`ws://${host}${path}`, [SUBPROTOCOL], {
    createConnection: () => socket as Socket,
    headers,
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: FRAME_BYTES,
  })
  webSocket.on('error', told.failed)
  webSocket.once('unexpected-response', (_request, response) => told.refused(response))
  webSocket.once('open', () => {
    webSocket.off('error', told.failed)
    told.upgraded(webSocketStream(webSocket))
  })
}

/**
 * Turns a connection to a hub (past TLS) into a tunnel connection. Rejects with `UpgradeRefused`
 * when the answer was no 101, with `TunnelError` when none came, or with the signal's reason; the socket is destroyed then.
 */
export const dialHub = (
  socket: Duplex,
  address: HubAddress,
  protocol: 'upgrade' | 'websocket',
  signal: AbortSignal,
): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      reject(error)
    }
    const onAbort = () => fail(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    // Also after it was settled: a socket that ends late must not bring the process down.
    socket.on('error', () => {})
    tune(socket)
    const dial = protocol === 'upgrade' ? dialUpgrade : dialWebSocket
    dial(socket, address, {
      upgraded: connection => {
        signal.removeEventListener('abort', onAbort)
        resolve(connection)
      },
      refused: response => {
        refusalOf(response).then(fail)
      },
      failed: error => {
        if (error instanceof TunnelError) fail(error)
        else fail(new TunnelError('closed', 'The connection ended before the hub had answered.', { cause: error }))
      },
    })
  })

const asksFor = ({ headers }: IncomingMessage): 'upgrade' | 'websocket' | null => {
  const upgrade = headers.upgrade?.toLowerCase()
  if (upgrade === PROTOCOL) return 'upgrade'
  const offered = headers['sec-websocket-protocol']?.split(',').map(name => name.trim())
  return upgrade === 'websocket' && offered?.includes(SUBPROTOCOL) ? 'websocket' : null
}

/** Whether a server's `upgrade` event asks for a tunnel, in either kind. */
export const isTunnelUpgrade = (request: IncomingMessage): boolean => asksFor(request) !== null

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'

/** Answers a server's `upgrade` event with 101, for either kind. Throws `TunnelError` ('malformed') when it is neither; the socket was answered then. */
export const acceptUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): Duplex => {
  socket.on('error', () => {}) // whoever gets the connection sees it close
  tune(socket)
  const kind = asksFor(request)
  if (kind === null) {
    socket.end(BAD_REQUEST)
    throw malformed('The request asks for no tunnel.')
  }
  if (kind === 'upgrade') {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${PROTOCOL}\r\n\r\n`)
    if (head.length > 0) socket.unshift(head)
    return socket
  }
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES,
    handleProtocols: () => SUBPROTOCOL,
  })
  let accepted: Duplex | null = null
  // Calls back before it returns, or answers the socket itself and does not call back.
  server.handleUpgrade(request, socket, head, webSocket => {
    accepted = webSocketStream(webSocket)
  })
  if (accepted === null) throw malformed('The request for a WebSocket was refused.')
  return accepted
}
