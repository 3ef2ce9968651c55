import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TlsOptions } from 'node:tls'

/** A server on loopback that takes every connection with it when it goes. */
export interface TestServer extends AsyncDisposable {
  port: number
  /** Connections made since it started. */
  readonly connections: number
  /** Connections that are open now. */
  readonly open: number
  /** Cuts every connection. */
  cut(): void
}

const listening = async (server: Server, port = 0): Promise<TestServer> => {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    get open() {
      return sockets.size
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export type Upgrade = (request: http.IncomingMessage, socket: Duplex, head: Buffer) => void

/** An HTTPS server. */
export const httpsServer = (
  options: TlsOptions,
  handler: http.RequestListener,
  onUpgrade?: Upgrade,
  port?: number,
): Promise<TestServer> => {
  const server = https.createServer(options, handler)
  if (onUpgrade) server.on('upgrade', onUpgrade)
  server.on('tlsClientError', () => {})
  return listening(server, port)
}

/** A TCP server. */
export const tcpServer = (onConnection: (socket: Socket) => void): Promise<TestServer> =>
  listening(net.createServer(onConnection))

const join = (a: Duplex, b: Duplex) => {
  a.on('error', () => b.destroy())
  b.on('error', () => a.destroy())
  a.pipe(b).pipe(a)
}

/** An HTTP proxy that answers CONNECT with `status`, and opens the way when that is 200. `seen` gets what it was asked. */
export const connectProxy = (
  status: number,
  seen: http.IncomingMessage[] = [],
  tls?: TlsOptions,
): Promise<TestServer> => {
  const server = tls ? https.createServer(tls) : http.createServer()
  server.on('connect', (request, client: Duplex) => {
    seen.push(request)
    client.on('error', () => {})
    if (status !== 200) return client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const [host, port] = (request.url ?? '').split(':')
    const upstream = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      join(client, upstream)
    })
    upstream.on('error', () => client.destroy())
  })
  return listening(server)
}

/** A SOCKS5 proxy without sign-in. Names are looked up as loopback. `seen` gets the names it was asked for. */
export const socksProxy = (seen: string[] = []): Promise<TestServer> =>
  tcpServer(client => {
    let greeted = false
    client.on('data', function onData(bytes: Buffer) {
      if (!greeted) {
        greeted = true
        return void client.write(Buffer.from([5, 0]))
      }
      client.off('data', onData)
      const named = bytes[3] === 3
      const length = named ? (bytes[4] ?? 0) + 1 : 4
      const host = named ? bytes.toString('latin1', 5, 4 + length) : [...bytes.subarray(4, 8)].join('.')
      seen.push(host)
      const upstream = net.connect(bytes.readUInt16BE(4 + length), '127.0.0.1', () => {
        client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
        join(client, upstream)
      })
      upstream.on('error', () => client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])))
    })
  })
