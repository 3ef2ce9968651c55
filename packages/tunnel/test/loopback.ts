import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import https from 'node:https'
import type net from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { KeyPairPem } from '@moorage/testkit/tiny-ca.ts'
import { type Dialling, keepDialled } from '../src/dialling.ts'
import type { RequestHead } from '../src/head.ts'
import { openPool, type Pool, type PoolOptions } from '../src/pool.ts'
import { type Handle, type Handling, serveConnection } from '../src/serve.ts'
import { acceptUpgrade, dialHub } from '../src/upgrade.ts'

export interface Identity extends KeyPairPem {
  ca: string
}

/** Opens a TLS connection to a port of this machine. */
export const connectTls = async (port: number, { ca }: Identity): Promise<tls.TLSSocket> => {
  const socket = tls.connect({ host: '127.0.0.1', port, ca, servername: 'localhost' })
  await once(socket, 'secureConnect')
  socket.on('error', () => {})
  return socket
}

export interface Served extends AsyncDisposable {
  port: number
  /** Open connections. */
  sockets: Set<net.Socket>
}

const serve = async (server: net.Server | tls.Server): Promise<Served> => {
  const sockets = new Set<net.Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The server behind, over TLS. */
export const httpsOrigin = (identity: Identity, listener: RequestListener): Promise<Served> =>
  serve(https.createServer({ ...identity, keepAliveTimeout: 0, requestTimeout: 0 }, listener))

/** A server behind that speaks bytes, over TLS. */
export const tlsOrigin = (identity: Identity, listener: (socket: tls.TLSSocket) => void): Promise<Served> =>
  serve(tls.createServer({ ...identity }, listener))

export interface Tunnel extends AsyncDisposable {
  pool: Pool
  dialling: Dialling
  logged: string[]
  hub: Served
}

export interface TunnelOptions {
  protocol?: 'upgrade' | 'websocket'
  pool?: Partial<PoolOptions>
  spares?: number
  handle?: Handle
}

/** A hub and an agent that has dialled it, over TLS on this machine; relays to the given port unless `handle` says otherwise. */
export const tunnelTo = async (
  identity: Identity,
  originPort: number,
  options: TunnelOptions = {},
): Promise<Tunnel> => {
  const { protocol = 'upgrade', spares = 4 } = options
  const logged: string[] = []
  const pool = openPool({ want: connections => dialling.want(connections), spares, ...options.pool })
  const server = https.createServer({ ...identity })
  server.on('upgrade', (request, socket, head) => {
    const connection = acceptUpgrade(request, socket, head)
    if (!pool.add(connection)) connection.destroy()
  })
  const hub = await serve(server)
  const relay = (request: RequestHead): Handling => ({
    do: 'relay',
    connect: () => connectTls(originPort, identity) as Promise<Duplex>,
    headers: request.headers,
  })
  const dialling = keepDialled({
    dial: async signal =>
      dialHub(await connectTls(hub.port, identity), { path: '/', host: 'localhost', headers: {} }, protocol, signal),
    serve: (connection, inUse) =>
      serveConnection(connection, options.handle ?? relay, {
        inUse,
        log: (message, facts) => logged.push(`${message}: ${facts.message}`),
      }),
    spares,
    max: 256,
    backOff: { minMs: 10, maxMs: 100 },
    random: Math.random,
    signal: new AbortController().signal,
    log: (message, facts) => logged.push(`${message}: ${facts.message}`),
  })
  return {
    pool,
    dialling,
    logged,
    hub,
    [Symbol.asyncDispose]: async () => {
      await dialling[Symbol.asyncDispose]()
      await pool[Symbol.asyncDispose]()
      await hub[Symbol.asyncDispose]()
    },
  }
}
