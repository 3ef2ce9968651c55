import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LookupFunction } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { eventually } from '@moorage/testkit/eventually.ts'
import { createCa, type KeyPairPem, type TinyCa } from '@moorage/testkit/tiny-ca.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { ask, failureOf, get, never, targetsOf } from '../test/direct.ts'
import { connectProxy, httpsServer, tcpServer } from '../test/servers.ts'
import { directTransport } from './direct.ts'
import { TransportError } from './errors.ts'

let ca: TinyCa
let server: KeyPairPem
let targetOf: ReturnType<typeof targetsOf>

beforeAll(async () => {
  ca = await createCa('kubernetes')
  server = await ca.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost', 'api.internal'] })
  targetOf = targetsOf(ca)
})

describe('the way to a server', () => {
  const ok = () => httpsServer(server, (_, response) => response.end('ok'))

  test('is checked against the name in tls-server-name', async () => {
    const only = await ca.issue({ commonName: 'x', hosts: ['api.internal'] })
    await using api = await httpsServer(only, (_, response) => response.end('ok'))
    expect((await ask(targetOf(api.port, { tls: { serverName: 'api.internal' } }))).text).toBe('ok')
    const error = await failureOf(ask(targetOf(api.port)))
    expect(error).toMatchObject({ reason: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID', retryable: false })
    expect(error.message).toContain('is not for “127.0.0.1”: it holds only api.internal')
  })

  test('is half as long from the second time on, and whole again for another server', async () => {
    const reused: boolean[] = []
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      reused.push((request.socket as TLSSocket).isSessionReused())
      response.writeHead(200, { connection: 'close' }).end('ok')
    }
    await using api = await httpsServer(server, answer)
    await using transport = directTransport(targetOf(api.port))
    const asked = async () => text((await transport.request(get(), never())).body)
    expect([await asked(), await asked(), await asked()]).toEqual(['ok', 'ok', 'ok'])
    expect(reused).toEqual([false, true, true])
    expect((await ask(targetOf(api.port))).text).toBe('ok')
    expect(reused).toEqual([false, true, true, false])
  })

  test('is looked at anew where the server does not know its own offer any more', async () => {
    const before = await httpsServer(server, (_, response) =>
      response.writeHead(200, { connection: 'close' }).end('before'),
    )
    await using transport = directTransport(targetOf(before.port))
    expect(await text((await transport.request(get(), never())).body)).toBe('before')
    await before[Symbol.asyncDispose]()
    const other = await createCa('other')
    const impostor = await other.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1'] })
    await using _ = await httpsServer(impostor, (_, response) => response.end('after'), undefined, before.port)
    expect(await failureOf(transport.request(get(), never()))).toMatchObject({ reason: 'tls' })
  })

  test('is not checked where that is turned off', async () => {
    await using api = await ok()
    const insecure = targetOf(api.port, { tls: { insecureSkipVerify: true } })
    delete insecure.tls.ca
    expect((await ask(insecure)).text).toBe('ok')
  })

  test('names the CA that is not trusted', async () => {
    await using api = await ok()
    const other = await createCa('kubernetes')
    for (const tls of [{ ca: other.certPem }, { serverName: 'localhost', ca: '' }]) {
      const target = targetOf(api.port, { tls })
      if (tls.ca === '') delete target.tls.ca
      const error = await failureOf(ask(target))
      expect(error.reason).toBe('tls')
      expect(error.message).toContain(`127.0.0.1:${api.port}`)
      expect(error.message).toContain('“kubernetes”')
      expect(error.message).toMatch(/SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}/)
      expect(error.message).toContain(
        tls.ca === '' ? 'the system does not trust it' : 'holds another CA, “kubernetes” (SHA-256 ',
      )
    }
  })

  test('says since when a certificate is no longer valid, and from when one will be', async () => {
    const day = 24 * 60 * 60 * 1000
    const dates = [
      { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day), code: 'CERT_HAS_EXPIRED' },
      { notBefore: new Date(Date.now() + day), code: 'CERT_NOT_YET_VALID' },
    ]
    for (const { code, ...validity } of dates) {
      const certificate = await ca.issue({ commonName: 'old', hosts: ['127.0.0.1'], ...validity })
      await using api = await httpsServer(certificate, (_, response) => response.end('ok'))
      const error = await failureOf(ask(targetOf(api.port)))
      expect(error).toMatchObject({ reason: 'tls', code })
      expect(error.message).toMatch(/valid (until|only from) \w{3} +\d/)
    }
  })

  test('says that a client certificate is not accepted', async () => {
    const options = { ...server, ca: ca.certPem, requestCert: true, rejectUnauthorized: true }
    await using api = await httpsServer(options, (_, response) => response.end('ok'))
    const other = await createCa('other')
    const tls = await other.issue({ commonName: 'admin' })
    const error = await failureOf(ask(targetOf(api.port, { tls })))
    expect(['tls', 'reset']).toContain(error.reason)
    expect(error.message).toContain(`127.0.0.1:${api.port}`)
  })

  test('says that a server does not speak TLS', async () => {
    await using api = await tcpServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await failureOf(ask(targetOf(api.port)))).toMatchObject({ reason: 'tls' })
  })

  test('says that a server hangs up', async () => {
    await using api = await tcpServer(socket => socket.destroy())
    expect(await failureOf(ask(targetOf(api.port)))).toMatchObject({ reason: 'reset', retryable: true })
  })

  test('says that nobody listens', async () => {
    const api = await ok()
    await api[Symbol.asyncDispose]()
    const error = await failureOf(ask(targetOf(api.port)))
    expect(error).toMatchObject({ reason: 'refused', retryable: true, code: 'ECONNREFUSED' })
    expect(error.message).toContain(`127.0.0.1:${api.port} refused`)
  })

  test('says that nothing comes', async () => {
    await using api = await tcpServer(socket => socket.resume())
    const error = await failureOf(ask(targetOf(api.port), { connectTimeoutMs: 50 }))
    expect(error).toMatchObject({ reason: 'timeout', retryable: true })
    expect(error.message).toContain(`127.0.0.1:${api.port} did not answer within 0.05 s`)
    await eventually(() => expect(api.open).toBe(0))
  })

  test('says that a name is not known, or not now', async () => {
    const failing =
      (code: string): LookupFunction =>
      (_host, _options, done) =>
        done(Object.assign(new Error(`getaddrinfo ${code}`), { code }), '')
    const target = targetOf(443, { host: 'api.example.com' })
    const unknown = await failureOf(ask(target, { lookup: failing('ENOTFOUND') }))
    expect(unknown).toMatchObject({ reason: 'dns', retryable: false })
    expect(unknown.message).toContain('“api.example.com”')
    expect(await failureOf(ask(target, { lookup: failing('EAI_AGAIN') }))).toMatchObject({
      reason: 'dns',
      retryable: true,
    })
    const nothing: LookupFunction = (_host, _options, done) => done(null, [])
    expect(await failureOf(ask(target, { lookup: nothing }))).toMatchObject({ reason: 'dns' })
  })
})

describe('the lookup', () => {
  const recording = (asked: string[], address = '127.0.0.1'): LookupFunction => {
    return (host, _options, done) => {
      asked.push(host)
      done(null, [{ address, family: 4 }])
    }
  }
  const refusing: LookupFunction = (host, _options, done) =>
    done(new TransportError('address', `${host} is outside the ranges that may be dialled.`), '')

  test('is asked for names and addresses alike, and its answer is what is dialled', async () => {
    await using api = await httpsServer(server, (_, response) => response.end('ok'))
    const asked: string[] = []
    const lookup = recording(asked)
    for (const host of ['api.internal', '127.0.0.1', '10.11.12.13', '[fd00::1]']) {
      const target = targetOf(api.port, { host, tls: { serverName: 'localhost' } })
      expect((await ask(target, { lookup })).text).toBe('ok')
    }
    expect(asked).toEqual(['api.internal', '127.0.0.1', '10.11.12.13', 'fd00::1'])
  })

  test('refuses addresses too, in its own words', async () => {
    await using api = await httpsServer(server, (_, response) => response.end('ok'))
    for (const host of ['127.0.0.1', 'localhost']) {
      const error = await failureOf(ask(targetOf(api.port, { host }), { lookup: refusing }))
      expect(error).toMatchObject({ reason: 'address', retryable: false })
      expect(error.message).toBe(`${host} is outside the ranges that may be dialled.`)
    }
    const plain: LookupFunction = () => {
      throw new Error('Not allowed.')
    }
    expect(await failureOf(ask(targetOf(api.port), { lookup: plain }))).toMatchObject({
      reason: 'address',
      message: 'Not allowed.',
    })
    expect(api.connections).toBe(0)
  })

  test('is asked for the proxy, and for a target that is an address', async () => {
    await using api = await httpsServer(server, (_, response) => response.end('ok'))
    await using proxy = await connectProxy(200)
    const asked: string[] = []
    const proxyUrl = `http://proxy.internal:${proxy.port}`
    await ask(targetOf(api.port, { proxyUrl }), { lookup: recording(asked) })
    expect(asked).toEqual(['127.0.0.1', 'proxy.internal'])
    expect(await failureOf(ask(targetOf(api.port, { proxyUrl }), { lookup: refusing }))).toMatchObject({
      reason: 'address',
    })
    const named = targetOf(api.port, { proxyUrl, host: 'localhost' })
    const error = await failureOf(ask(named, { lookup: refusing }))
    expect(error.message).toContain('proxy.internal')
  })
})
