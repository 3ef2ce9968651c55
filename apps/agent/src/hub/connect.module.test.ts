import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { expect, test } from 'vitest'
import { requireCertificates } from '../config/config.ts'
import { startStandInProxy } from '../fixtures/stand-in-proxy.ts'
import { hubConnector } from './connect.ts'

/** A server that proves to be one of this CA and says nothing. */
async function listen(hosts: string[], validity: { notBefore?: Date; notAfter?: Date } = {}) {
  const ca = await createCa('tests')
  const { cert, key } = await ca.issue({ commonName: 'hub', hosts, ...validity })
  const reused: boolean[] = []
  const sockets = new Set<net.Socket>()
  const server = tls.createServer({ cert, key }, socket => {
    reused.push(socket.isSessionReused())
    sockets.add(socket)
    socket.on('error', () => {})
    // A ticket comes with the first bytes at the latest.
    socket.write('hello')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
  return {
    port,
    url: new URL(`https://127.0.0.1:${port}`),
    ca: ca.certPem,
    pin: createHash('sha256').update(spki).digest('base64'),
    reused,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const signal = () => AbortSignal.timeout(10_000)

async function greeted(connector: ReturnType<typeof hubConnector>): Promise<string> {
  const socket = await connector.connect(signal())
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return chunk.toString()
}

test('trusts by CA, by pin, or by both together', async () => {
  await using hub = await listen(['127.0.0.1'])
  const other = `${'A'.repeat(43)}=`
  const by = (ca: string | null, pins: string[]) => hubConnector({ url: hub.url, ca, pins }, null)
  expect(await greeted(by(hub.ca, []))).toBe('hello')
  expect(await greeted(by(null, [hub.pin]))).toBe('hello')
  expect(await greeted(by(hub.ca, [other, hub.pin]))).toBe('hello')
  await expect(greeted(by(null, []))).rejects.toMatchObject({
    reason: 'tls',
    message: expect.stringContaining('public CAs only'),
  })
  await expect(greeted(by(null, [other]))).rejects.toThrow('another public key')
  await expect(greeted(by(hub.ca, [other]))).rejects.toThrow('another public key')
  await expect(greeted(by((await createCa('other')).certPem, [hub.pin]))).rejects.toThrow('“other”')
})

test('a second connection takes the first one’s session up', async () => {
  await using hub = await listen(['127.0.0.1'])
  for (const connector of [
    hubConnector({ url: hub.url, ca: hub.ca, pins: [] }, null),
    hubConnector({ url: hub.url, ca: null, pins: [hub.pin] }, null),
  ]) {
    hub.reused.length = 0
    for (let times = 0; times < 3; times += 1) expect(await greeted(connector)).toBe('hello')
    expect(hub.reused).toEqual([false, true, true])
  }
})

test('says whose certificate it is, for which names, and until when', async () => {
  await using named = await listen(['hub.example.com', '10.1.2.3'])
  await using old = await listen(['127.0.0.1'], { notAfter: new Date(Date.now() - 60_000), notBefore: new Date(0) })
  const by = (hub: { url: URL; ca: string }) => greeted(hubConnector({ ...hub, pins: [] }, null))
  await expect(by(named)).rejects.toThrow(/not for “127.0.0.1”, but for hub.example.com, 10.1.2.3/)
  await expect(by(old)).rejects.toThrow(/only valid until/)
})

test('says at which step the way ended', async () => {
  const silent = net.createServer(socket => void socket.on('error', () => {}).resume())
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as net.AddressInfo
  const by = (url: string) =>
    hubConnector({ url: new URL(url), ca: null, pins: ['x'] }, null).connect(AbortSignal.timeout(500))
  await expect(by('https://no-such-name.invalid')).rejects.toMatchObject({
    reason: 'dns',
    message: expect.stringContaining('DNS of this cluster'),
  })
  await expect(by(`https://127.0.0.1:${port}`)).rejects.toMatchObject({ reason: 'timeout' })
  silent.close()
  await once(silent, 'close')
  await expect(by(`https://127.0.0.1:${port}`)).rejects.toMatchObject({
    reason: 'refused',
    message: expect.stringContaining('The hub can not be reached'),
  })
})

test.each([false, true])('goes through a proxy by CONNECT, over TLS to it: %s', async overTls => {
  await using hub = await listen(['127.0.0.1'])
  await using proxy = await startStandInProxy({ tls: overTls })
  const url = new URL(proxy.url.replace('://', '://user:p%40ss@'))
  const ca = requireCertificates(hub.ca + proxy.caPem, 'ca.crt')
  const connector = hubConnector({ url: hub.url, ca, pins: [] }, url)
  expect(connector.proxied).toBe(true)
  expect(await greeted(connector)).toBe('hello')
  const authorization = `Basic ${Buffer.from('user:p@ss').toString('base64')}`
  expect(proxy.opened).toEqual([{ target: `127.0.0.1:${hub.port}`, authorization }])

  proxy.refuse = 407
  const refused = connector.connect(signal())
  await expect(refused).rejects.toMatchObject({ reason: 'proxy', message: expect.stringContaining('407') })
  await expect(refused).rejects.not.toThrow(/p@ss|p%40ss/)
  await proxy[Symbol.asyncDispose]()
  await expect(connector.connect(signal())).rejects.toMatchObject({
    reason: 'proxy',
    message: expect.stringContaining('The proxy can not be reached'),
  })
})
