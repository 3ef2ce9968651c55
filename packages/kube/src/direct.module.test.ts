import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { eventually } from '@moorage/testkit/eventually.ts'
import { createCa, type KeyPairPem, type TinyCa } from '@moorage/testkit/tiny-ca.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { ask, failureOf, get, never, targetsOf } from '../test/direct.ts'
import { httpsServer, tcpServer } from '../test/servers.ts'
import { directTransport } from './direct.ts'
import { KubeStatusError, TransportError } from './errors.ts'
import type { KubeRequest } from './transport.ts'

let ca: TinyCa
let server: KeyPairPem
let targetOf: ReturnType<typeof targetsOf>

beforeAll(async () => {
  ca = await createCa('kubernetes')
  server = await ca.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost', 'api.internal'] })
  targetOf = targetsOf(ca)
})

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

  test('that HTTP does not have is the caller’s error, and nothing is sent', async () => {
    await using api = await httpsServer(server, (_, response) => response.end())
    const request = { ...get(), headers: { 'x-a': 'line\nbreak' } }
    const error = await ask(targetOf(api.port), {}, request).catch(error => error)
    expect(error).not.toBeInstanceOf(TransportError)
    expect(error).toMatchObject({ code: 'UND_ERR_INVALID_ARG' })
    expect(api.connections).toBe(0)
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
