import net from 'node:net'
import { type TestServer, tcpServer } from './servers.ts'

/** A TCP server that passes everything on to a port on loopback, until it is cut. */
export const relayTo = (port: number): Promise<TestServer> =>
  tcpServer(client => {
    const upstream = net.connect(port, '127.0.0.1')
    upstream.on('error', () => client.destroy())
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
    client.pipe(upstream).pipe(client)
  })
