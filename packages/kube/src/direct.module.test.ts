import type { IncomingMessage } from 'node:http'
import type { LookupFunction } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@moorage/testkit/eventually.ts'
import { createCa, type KeyPairPem, type TinyCa } from '@moorage/testkit/tiny-ca.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { connectProxy, httpsServer, socksProxy, tcpServer } from '../test-support/servers.ts'
import { type DirectOptions, type DirectTarget, directTransport } from './direct.ts'
import { KubeStatusError, TransportError } from './errors.ts'
import type { KubeRequest } from './transport.ts'

let ca: TinyCa
let server: KeyPairPem

beforeAll(async () => {
  ca = await createCa('kubernetes')
  server = await ca.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost', 'api.internal'] })
})

interface Change {
  host?: string
  path?: string
  tls?: Partial<DirectTarget['tls']>
  auth?: DirectTarget['auth']
  proxyUrl?: string
}

const targetOf = (port: number, change: Change = {}): DirectTarget => ({
  server: new URL(`https://${change.host ?? '127.0.0.1'}:${port}${change.path ?? ''}`),
  tls: { ca: ca.certPem, insecureSkipVerify: false, ...change.tls },
  auth: change.auth ?? { kind: 'token', token: 'sesame' },
  ...(change.proxyUrl ? { proxyUrl: new URL(change.proxyUrl) } : {}),
  context: 'test',
})

const never = () => new AbortController().signal
const get = (path = '/version'): KubeRequest => ({ method: 'GET', path })

/** Sends one request and returns the text of its answer. */
const ask = async (target: DirectTarget, options: DirectOptions = {}, request = get(), signal = never()) => {
  await using transport = directTransport(target, options)
  const answer = await transport.request(request, signal)
  return { status: answer.status, headers: answer.headers, text: await text(answer.body), trailers: answer.trailers() }
}

const failureOf = async (promise: Promise<unknown>): Promise<TransportError> => {
  const error = await promise.then(
    () => null,
    error => error,
  )
  expect(error).toBeInstanceOf(TransportError)
  expect(error.message).toMatch(/\.$/)
  expect(error.message).not.toContain('sesame')
  return error
}

describe('a request', () => {
  test('brings the credential, the path below the server’s own, and keeps trailers', async () => {
    const seen: IncomingMessage[] = []
    await using api = await httpsServer(server, (request, response) => {
      seen.push(request)
      response.writeHead(200, { trailer: 'x-sum' })
      response.write('hello ')
      response.addTrailers({ 'x-sum': '42' })
      response.end('world')
    })
    const request = { ...get('/api?limit=1'), headers: { Authorization: 'Bearer other', 'impersonate-user': 'jane' } }
    const answer = await ask(targetOf(api.port, { path: '/k8s/c1/' }), {}, request)
    expect(answer).toMatchObject({ status: 200, text: 'hello world', trailers: { 'x-sum': '42' } })
    expect(seen[0]?.url).toBe('/k8s/c1/api?limit=1')
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer sesame', 'impersonate-user': 'jane' })
  })

  test('signs in by a client certificate', async () => {
    await using api = await httpsServer({ ...server, ca: ca.certPem, requestCert: true }, (request, response) => {
      const socket = request.socket as import('node:tls').TLSSocket
      response.end(`${socket.authorized} ${socket.getPeerCertificate().subject.CN}`)
    })
    const admin = await ca.issue({ commonName: 'admin' })
    const target = targetOf(api.port, { tls: admin, auth: { kind: 'client-certificate' } })
    expect((await ask(target)).text).toBe('true admin')
  })

  test('is not led elsewhere by a redirect', async () => {
    await using api = await httpsServer(server, (_, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect(await ask(targetOf(api.port))).toMatchObject({ status: 302 })
    expect(api.connections).toBe(1)
  })

  test('is sent again on a new connection where a kept one was closed meanwhile', async () => {
    let count = 0
    await using api = await httpsServer(server, (request, response) => {
      count++
      // The second request on a connection finds it closed, as by a load balancer.
      if (count === 2) return void request.socket.destroy()
      response.end(String(count))
    })
    await using transport = directTransport(targetOf(api.port))
    expect(await text((await transport.request(get(), never())).body)).toBe('1')
    expect(await text((await transport.request(get(), never())).body)).toBe('3')
  })

  test('that changes something is never sent twice', async () => {
    let count = 0
    await using api = await httpsServer(server, request => {
      count++
      request.socket.destroy()
    })
    const post: KubeRequest = { method: 'POST', path: '/x', body: '{}' }
    expect(await failureOf(ask(targetOf(api.port), {}, post))).toMatchObject({ reason: 'reset', retryable: true })
    expect(count).toBe(1)
  })

  test('waits for none of many watches, and connections are kept and bounded', async () => {
    await using api = await httpsServer(server, (request, response) => {
      if (request.url?.includes('watch')) return void response.write('\n')
      setTimeout(() => response.end('ok'), 5)
    })
    await using transport = directTransport(targetOf(api.port))
    const stop = new AbortController()
    const watches = await Promise.all(
      Array.from({ length: 50 }, () => transport.request(get('/api/v1/pods?watch=true'), stop.signal)),
    )
    const small = Array.from({ length: 100 }, async () => text((await transport.request(get(), never())).body))
    expect(await Promise.all(small)).toHaveLength(100)
    expect(api.connections).toBeLessThanOrEqual(50 + 16)
    for (const { body } of watches) body.on('error', () => {})
    stop.abort()
    await eventually(() => expect(api.open).toBeLessThanOrEqual(16))
  })
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
      expect(error.message).toContain(tls.ca === '' ? 'the system does not trust it' : 'holds another CA')
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

describe('a signal', () => {
  test('gives up a request, in its own words or as a time-out', async () => {
    await using api = await httpsServer(server, () => {})
    const stop = new AbortController()
    const asked = failureOf(ask(targetOf(api.port), {}, get(), stop.signal))
    await eventually(() => expect(api.connections).toBe(1))
    stop.abort()
    expect(await asked).toMatchObject({ reason: 'aborted', retryable: false })
    const late = await failureOf(ask(targetOf(api.port), {}, get(), AbortSignal.timeout(20)))
    expect(late).toMatchObject({ reason: 'timeout', retryable: true })
    const own = new TransportError('timeout', 'Too long for a list.')
    expect(await failureOf(ask(targetOf(api.port), {}, get(), AbortSignal.abort(own)))).toBe(own)
  })

  test('cuts a body that is being read', async () => {
    await using api = await httpsServer(server, (_, response) => void response.write('part'))
    await using transport = directTransport(targetOf(api.port))
    const stop = new AbortController()
    const { body } = await transport.request(get(), stop.signal)
    const reading = text(body)
    stop.abort()
    await expect(reading).rejects.toThrow()
    await eventually(() => expect(api.open).toBe(0))
  })
})

describe('an upgrade', () => {
  const upgrade: KubeRequest = {
    method: 'POST',
    path: '/api/v1/namespaces/a/pods/b/exec?command=sh',
    headers: { upgrade: 'SPDY/3.1' },
  }

  test('gives bytes both ways, with those that came along', async () => {
    const seen: IncomingMessage[] = []
    await using api = await httpsServer(
      server,
      () => {},
      (request, socket) => {
        seen.push(request)
        socket.on('error', () => {})
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\nearly ')
        socket.on('data', bytes => socket.write(bytes.toString().toUpperCase()))
      },
    )
    await using transport = directTransport(targetOf(api.port, { path: '/prefix' }))
    const { headers, socket } = await transport.upgrade(upgrade, never())
    expect(headers.upgrade).toBe('SPDY/3.1')
    socket.write('late')
    let got = ''
    socket.on('data', bytes => {
      got += bytes
    })
    await eventually(() => expect(got).toBe('early LATE'))
    expect(seen[0]?.url).toBe(`/prefix${upgrade.path}`)
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer sesame',
      host: `127.0.0.1:${api.port}`,
      connection: 'Upgrade',
    })
    await transport[Symbol.asyncDispose]()
    expect(socket.destroyed).toBe(true)
    await eventually(() => expect(api.open).toBe(0))
  })

  test('that is refused says why', async () => {
    const status = { kind: 'Status', reason: 'Forbidden', message: 'jane may not exec', code: 403 }
    await using api = await httpsServer(
      server,
      () => {},
      (_, socket) => {
        const body = JSON.stringify(status)
        socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
      },
    )
    await using transport = directTransport(targetOf(api.port))
    const error = await transport.upgrade(upgrade, never()).catch(error => error)
    expect(error).toBeInstanceOf(KubeStatusError)
    expect(error).toMatchObject({ status: 403, reason: 'Forbidden' })
    expect(error.message).toContain('jane may not exec')
  })

  test('that never comes is given up', async () => {
    await using api = await httpsServer(
      server,
      () => {},
      () => {},
    )
    await using transport = directTransport(targetOf(api.port))
    expect(await failureOf(transport.upgrade(upgrade, AbortSignal.timeout(50)))).toMatchObject({ reason: 'timeout' })
    await eventually(() => expect(api.open).toBe(0))
  })
})

describe('closing', () => {
  test('ends what runs, keeps no connection, and refuses what comes later', async () => {
    await using api = await httpsServer(server, (request, response) => {
      if (request.url === '/stream') response.write('x')
    })
    const transport = directTransport(targetOf(api.port))
    const { body } = await transport.request(get('/stream'), never())
    const broken = failureOf(transport.request(get('/hang'), never()))
    const reading = text(body).catch(error => error)
    await eventually(() => expect(api.connections).toBe(2))
    await transport[Symbol.asyncDispose]()
    expect(await broken).toMatchObject({ reason: 'aborted' })
    expect(await reading).toBeInstanceOf(Error)
    await eventually(() => expect(api.open).toBe(0))
    expect(await failureOf(transport.request(get(), never()))).toMatchObject({ reason: 'aborted' })
    const late = transport.upgrade({ ...get(), headers: { upgrade: 'x' } }, never())
    expect(await failureOf(late)).toMatchObject({ reason: 'aborted' })
    await transport[Symbol.asyncDispose]()
  })

  test('ends a dial', async () => {
    await using api = await tcpServer(socket => socket.resume())
    const transport = directTransport(targetOf(api.port))
    const asked = failureOf(transport.request(get(), never()))
    await eventually(() => expect(api.open).toBe(1))
    await transport[Symbol.asyncDispose]()
    expect(await asked).toMatchObject({ reason: 'aborted' })
    await eventually(() => expect(api.open).toBe(0))
  })
})

test('a broken transport’s streams are told apart from its end', async () => {
  await using api = await httpsServer(server, (_, response) => void response.write('part'))
  await using transport = directTransport(targetOf(api.port))
  const { body } = await transport.request(get(), never())
  const reading = text(body)
  await delay(20)
  api.cut()
  await expect(reading).rejects.toThrow()
})
