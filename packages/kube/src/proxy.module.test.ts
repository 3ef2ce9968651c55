import type { IncomingMessage } from 'node:http'
import { eventually } from '@moorage/testkit/eventually.ts'
import { createCa, type KeyPairPem, type TinyCa } from '@moorage/testkit/tiny-ca.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { ask, failureOf, targetsOf } from '../test/direct.ts'
import { connectProxy, httpsServer, socksProxy, tcpServer } from '../test/servers.ts'

let ca: TinyCa
let server: KeyPairPem
let targetOf: ReturnType<typeof targetsOf>

beforeAll(async () => {
  ca = await createCa('kubernetes')
  server = await ca.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost', 'api.internal'] })
  targetOf = targetsOf(ca)
})

describe('a proxy', () => {
  const ok = () => httpsServer(server, (_, response) => response.end('ok'))

  test('by HTTP, with a user', async () => {
    await using api = await ok()
    const seen: IncomingMessage[] = []
    await using proxy = await connectProxy(200, seen)
    const proxyUrl = `http://jane:p%40ss@127.0.0.1:${proxy.port}`
    expect((await ask(targetOf(api.port, { host: 'localhost', proxyUrl }))).text).toBe('ok')
    expect(seen[0]?.url).toBe(`localhost:${api.port}`)
    const sent = Buffer.from('jane:p@ss').toString('base64')
    expect(seen[0]?.headers['proxy-authorization']).toBe(`Basic ${sent}`)
    expect(seen[0]?.headers.authorization).toBeUndefined()
  })

  test('by HTTPS, with a certificate of the cluster’s CA, and not of another', async () => {
    await using api = await ok()
    await using proxy = await connectProxy(200, [], server)
    const target = targetOf(api.port, { proxyUrl: `https://localhost:${proxy.port}` })
    expect((await ask(target)).text).toBe('ok')
    const stranger = await (await createCa('other')).issue({ commonName: 'proxy', hosts: ['localhost'] })
    await using other = await connectProxy(200, [], stranger)
    const error = await failureOf(ask(targetOf(api.port, { proxyUrl: `https://localhost:${other.port}` })))
    expect(error).toMatchObject({ reason: 'proxy', retryable: false })
    expect(error.message).toContain(`certificate of localhost:${other.port}`)
  })

  test('by SOCKS5, which looks names up itself', async () => {
    await using api = await httpsServer(server, (_, response) => response.end('ok'))
    const seen: string[] = []
    await using proxy = await socksProxy(seen)
    const proxyUrl = `socks5://127.0.0.1:${proxy.port}`
    expect((await ask(targetOf(api.port, { host: 'api.internal', proxyUrl }))).text).toBe('ok')
    expect(seen).toEqual(['api.internal'])
  })

  test('that refuses, asks for a user, hangs up, or is not there', async () => {
    for (const [status, retryable] of [
      [403, false],
      [407, false],
      [502, true],
    ] as const) {
      await using proxy = await connectProxy(status)
      const error = await failureOf(ask(targetOf(443, { proxyUrl: `http://127.0.0.1:${proxy.port}` })))
      expect(error).toMatchObject({ reason: 'proxy', retryable })
      expect(error.message).toContain(`127.0.0.1:${proxy.port}`)
      expect(error.message).toContain(String(status))
    }
    await using rude = await tcpServer(socket => socket.destroy())
    for (const scheme of ['http', 'https', 'socks5']) {
      const target = targetOf(443, { proxyUrl: `${scheme}://user:sesame@127.0.0.1:${rude.port}` })
      expect(await failureOf(ask(target))).toMatchObject({ reason: 'proxy' })
    }
    const gone = await tcpServer(socket => socket.resume())
    await gone[Symbol.asyncDispose]()
    const absent = targetOf(443, { proxyUrl: `http://127.0.0.1:${gone.port}` })
    expect(await failureOf(ask(absent))).toMatchObject({ reason: 'proxy', code: 'ECONNREFUSED', retryable: true })
  })

  test('by SOCKS5 that can not reach the target', async () => {
    await using proxy = await socksProxy()
    const gone = await tcpServer(socket => socket.resume())
    await gone[Symbol.asyncDispose]()
    const error = await failureOf(ask(targetOf(gone.port, { proxyUrl: `socks5://127.0.0.1:${proxy.port}` })))
    expect(error).toMatchObject({ reason: 'proxy' })
  })

  test('that goes silent', async () => {
    await using proxy = await tcpServer(socket => socket.resume())
    for (const scheme of ['http', 'https', 'socks5']) {
      const target = targetOf(443, { proxyUrl: `${scheme}://127.0.0.1:${proxy.port}` })
      const error = await failureOf(ask(target, { connectTimeoutMs: 50 }))
      expect(['timeout', 'proxy']).toContain(error.reason)
    }
    await eventually(() => expect(proxy.open).toBe(0))
  })
})
