import { once } from 'node:events'
import https, { type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { KubeTransport } from '@moorage/kube/transport.ts'
import { pour } from '@moorage/tunnel/pour.ts'
import type { Settings } from './settings.ts'

const METHOD = (method: string | undefined) => (method ?? 'GET') as Parameters<KubeTransport['request']>[0]['method']

/** HTTPS as users reach a hub; every request is sent on by the transport. Upgrades are for `passUpgrade`. */
export function frontOf(
  { cert, key }: Pick<Settings, 'cert' | 'key'>,
  transport: Pick<KubeTransport, 'request'>,
): Server {
  const server = https.createServer(
    { cert, key, keepAliveTimeout: 0, requestTimeout: 0 },
    async (request, response) => {
      const gone = new AbortController()
      response.once('close', () => {
        if (!response.writableFinished) gone.abort()
      })
      try {
        const { method, url: path = '/', headers } = request
        const { host, connection: _hop, ...sent } = headers
        const body = method === 'GET' ? {} : { body: request, spendBody: true }
        const asked = { method: METHOD(method), path, headers: sent as Record<string, string>, ...body }
        const answer = await transport.request(asked, gone.signal)
        const { connection, 'keep-alive': _kept, 'transfer-encoding': _framing, ...kept } = answer.headers
        response.writeHead(answer.status, kept as Record<string, string>)
        pour(answer.body, response)
      } catch (error) {
        if (!response.headersSent) response.writeHead(502)
        response.end(String(error))
      }
    },
  )
  return server
}

/** Passes an upgrade on, and then the bytes. */
export async function passUpgrade(
  transport: Pick<KubeTransport, 'upgrade'>,
  request: import('node:http').IncomingMessage,
  socket: import('node:stream').Duplex,
): Promise<void> {
  const gone = new AbortController()
  socket.on('error', () => {}) // it closes then
  socket.once('close', () => gone.abort())
  const { host, ...headers } = request.headers
  try {
    const asked = {
      method: METHOD(request.method),
      path: request.url ?? '/',
      headers: headers as Record<string, string>,
    }
    const { socket: far, headers: answered } = await transport.upgrade(asked, gone.signal)
    const lines = Object.entries(answered).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`)
    far.on('error', () => socket.destroy())
    far.once('close', () => socket.destroy())
    socket.once('close', () => far.destroy())
    socket.pipe(far).pipe(socket)
  } catch (error) {
    socket.end(`HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n${error}`)
  }
}

export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
