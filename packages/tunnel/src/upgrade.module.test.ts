import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { expectNoLeaks } from '@moorage/testkit/leaks.ts'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { acceptUpgrade, dialHub, isTunnelUpgrade, PROTOCOL } from './upgrade.ts'
import { SUBPROTOCOL } from './websocket.ts'

const never = new AbortController().signal

const listen = async (onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void) => {
  const server = http.createServer((_, response) => response.writeHead(404).end())
  server.on('upgrade', onUpgrade)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const open = new Set<net.Socket>()
  server.on('connection', socket => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return {
    port,
    connect: async () => {
      const socket = net.connect(port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const address = { path: '/agent/v1/tunnel', host: 'hub.example', headers: { authorization: 'Moorage-Agent x' } }

describe.each(['upgrade', 'websocket'] as const)('by %s', protocol => {
  test('both sides get a stream, also of what was sent at once', async () => {
    await using _ = expectNoLeaks()
    const seen: IncomingMessage[] = []
    await using server = await listen((request, socket, head) => {
      seen.push(request)
      expect(isTunnelUpgrade(request)).toBe(true)
      const connection = acceptUpgrade(request, socket, head)
      connection.write('at once')
      connection.on('data', chunk => connection.write(`heard ${chunk}`))
    })
    const connection = await dialHub(await server.connect(), address, protocol, never)
    const [first] = await once(connection, 'data')
    expect(String(first)).toBe('at once')
    connection.write('hello')
    const [second] = await once(connection, 'data')
    expect(String(second)).toBe('heard hello')
    expect(seen[0]?.headers).toMatchObject({ host: 'hub.example', authorization: 'Moorage-Agent x' })
    connection.destroy()
  })

  test('a refusal brings status, problem and the other side’s clock', async () => {
    await using _ = expectNoLeaks()
    const body = JSON.stringify({ code: 'agent_rejected', step: 'clock' })
    await using server = await listen((_, socket) => {
      const date = 'Tue, 03 Nov 2026 10:00:00 GMT'
      socket.end(
        `HTTP/1.1 401 Unauthorized\r\ndate: ${date}\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      )
    })
    const socket = await server.connect()
    await expect(dialHub(socket, address, protocol, never)).rejects.toMatchObject({
      name: 'UpgradeRefused',
      status: 401,
      problem: { code: 'agent_rejected', step: 'clock' },
      date: new Date('2026-11-03T10:00:00Z'),
    })
    expect(socket.destroyed).toBe(true)
  })

  test('a hub that ends the connection, and one that never answers', async () => {
    await using _ = expectNoLeaks()
    await using ends = await listen((_, socket) => socket.destroy())
    await expect(dialHub(await ends.connect(), address, protocol, never)).rejects.toMatchObject({ reason: 'closed' })
    await using silent = await listen(() => {})
    const stop = new AbortController()
    const socket = await silent.connect()
    const dialled = dialHub(socket, address, protocol, stop.signal)
    stop.abort(new Error('too long'))
    await expect(dialled).rejects.toThrow('too long')
    expect(socket.destroyed).toBe(true)
  })

  test('the end of one side is the end of the other', async () => {
    await using _ = expectNoLeaks()
    const { promise, resolve } = Promise.withResolvers<Duplex>()
    await using server = await listen((request, socket, head) => resolve(acceptUpgrade(request, socket, head)))
    const connection = await dialHub(await server.connect(), address, protocol, never)
    connection.resume()
    const hubEnd = await promise
    hubEnd.resume()
    hubEnd.end()
    await once(connection, 'close')
    connection.destroy()
  })
})

test('a request for something else is answered so', async () => {
  await using _ = expectNoLeaks()
  const errors: unknown[] = []
  await using server = await listen((request, socket, head) => {
    expect(isTunnelUpgrade(request)).toBe(false)
    try {
      acceptUpgrade(request, socket, head)
    } catch (error) {
      errors.push(error)
    }
  })
  const socket = await server.connect()
  socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n')
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /)
  expect(errors).toMatchObject([{ reason: 'malformed' }])
  socket.destroy()
})

test('a text frame ends a WebSocket', async () => {
  await using _ = expectNoLeaks()
  await using server = await listen((request, socket, head) => {
    const connection = acceptUpgrade(request, socket, head)
    connection.on('error', () => {})
    connection.resume()
  })
  const webSocket = new WebSocket(`ws://127.0.0.1:${server.port}/`, [SUBPROTOCOL])
  await once(webSocket, 'open')
  expect(webSocket.protocol).toBe(SUBPROTOCOL)
  expect(webSocket.extensions).toBe('')
  webSocket.send('text')
  await once(webSocket, 'close')
})

test('a hub that switches to something else is not believed', async () => {
  await using _ = expectNoLeaks()
  await using server = await listen((_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other/1\r\n\r\n')
  })
  await expect(dialHub(await server.connect(), address, 'upgrade', never)).rejects.toMatchObject({
    reason: 'malformed',
  })
  expect(PROTOCOL).toBe('moorage-tunnel/1')
})
