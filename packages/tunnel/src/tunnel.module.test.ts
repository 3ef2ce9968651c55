import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { eventually } from '@moorage/testkit/eventually.ts'
import { expectNoLeaks } from '@moorage/testkit/leaks.ts'
import { createCa } from '@moorage/testkit/tiny-ca.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { never } from '../test/in-memory.ts'
import { httpsOrigin, type Identity, tlsOrigin, tunnelTo } from '../test/loopback.ts'

const MIB = 1024 * 1024
let identity: Identity

beforeAll(async () => {
  const ca = await createCa('tunnel')
  identity = { ca: ca.certPem, ...(await ca.issue({ commonName: 'localhost', hosts: ['localhost', '127.0.0.1'] })) }
})

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.each(['upgrade', 'websocket'] as const)('over TLS by %s', protocol => {
  test('bodies go there and back unchanged, both framings, trailers included', async () => {
    await using _ = expectNoLeaks()
    await using origin = await httpsOrigin(identity, async (request, response) => {
      const sent = await buffer(request)
      if (request.url === '/length') {
        response.setHeader('content-length', sent.length)
      } else {
        response.writeHead(200, { trailer: 'x-sum' })
        response.addTrailers({ 'x-sum': digest(sent) })
      }
      response.end(sent)
    })
    await using tunnel = await tunnelTo(identity, origin.port, { protocol })
    const bytes = randomBytes(5 * MIB)
    for (const path of ['/length', '/chunked']) {
      for (const body of [bytes, Readable.from([bytes.subarray(0, MIB), bytes.subarray(MIB)])]) {
        const response = await tunnel.pool.request({ method: 'POST', path, body }, never)
        expect(digest(await buffer(response.body))).toBe(digest(bytes))
        if (path === '/chunked') expect(response.trailers()['x-sum']).toBe(digest(bytes))
      }
    }
    expect(tunnel.logged).toEqual([])
  })

  test('an upgrade passes bytes both ways, until the hub ends it', async () => {
    await using _ = expectNoLeaks()
    await using origin = await tlsOrigin(identity, socket => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nwelcome ')
        socket.pipe(socket)
      })
    })
    await using tunnel = await tunnelTo(identity, origin.port, { protocol })
    const { headers, socket } = await tunnel.pool.upgrade(
      { method: 'POST', path: '/exec', headers: { upgrade: 'echo' } },
      never,
    )
    expect(headers.upgrade).toBe('echo')
    const bytes = randomBytes(3 * MIB)
    let back = Buffer.alloc(0)
    socket.on('data', chunk => {
      back = Buffer.concat([back, chunk])
    })
    socket.write(bytes)
    await eventually(() => back.length === bytes.length + 8)
    expect(digest(back.subarray(8))).toBe(digest(bytes))
    socket.destroy()
    await eventually(() => origin.sockets.size === 0 || [...origin.sockets].every(each => each.destroyed))
  })

  test('an upgrade that is refused brings the reason', async () => {
    await using _ = expectNoLeaks()
    await using origin = await httpsOrigin(identity, (_, response) => {
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"reason":"Forbidden"}')
    })
    await using tunnel = await tunnelTo(identity, origin.port, { protocol })
    const refused = tunnel.pool.upgrade({ method: 'GET', path: '/exec', headers: { upgrade: 'websocket' } }, never)
    await expect(refused).rejects.toMatchObject({ status: 403, problem: { reason: 'Forbidden' } })
  })

  test('a burst of 200 on 4 spares loses none', async () => {
    await using _ = expectNoLeaks()
    await using origin = await httpsOrigin(identity, (request, response) => {
      setTimeout(() => response.end(request.url), 20)
    })
    await using tunnel = await tunnelTo(identity, origin.port, { protocol })
    await eventually(() => tunnel.pool.stats().idle === 4)
    const paths = Array.from({ length: 200 }, (_, index) => `/${index}`)
    const answers = await Promise.all(
      paths.map(async path => text((await tunnel.pool.request({ method: 'GET', path }, never)).body)),
    )
    expect(answers).toEqual(paths)
    expect(tunnel.pool.stats().waiting).toBe(0)
  })

  test('a slow reader makes the server behind wait, and not this process keep it', async () => {
    await using _ = expectNoLeaks()
    let written = 0
    await using origin = await httpsOrigin(identity, (_, response) => {
      const piece = Buffer.alloc(65_536)
      const more = () => {
        while (written < 200 * MIB && !response.destroyed) {
          written += piece.length
          if (!response.write(piece)) {
            response.once('drain', more)
            return
          }
        }
        response.end()
      }
      more()
    })
    await using tunnel = await tunnelTo(identity, origin.port, { protocol })
    const { body } = await tunnel.pool.request({ method: 'GET', path: '/' }, never)
    let before = -1
    await eventually(
      () => {
        const still = written === before
        before = written
        return still
      },
      { every: 300 },
    )
    // Kernel buffers of two hops (up to 6 MiB each way on loopback) and four of this process's.
    expect(written).toBeLessThan(40 * MIB)
    body.destroy()
    await eventually(() => [...origin.sockets].every(each => each.destroyed))
  })

  test('a hub that gives up half-way ends the request at the server behind', async () => {
    await using _ = expectNoLeaks()
    let closed = 0
    await using origin = await httpsOrigin(identity, (_, response) => {
      response.write('first')
      response.once('close', () => {
        closed += 1
      })
    })
    await using tunnel = await tunnelTo(identity, origin.port, { protocol })
    const stop = new AbortController()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => tunnel.pool.request({ method: 'GET', path: '/watch' }, stop.signal)),
    )
    expect(answers).toHaveLength(20)
    stop.abort(new Error('enough'))
    await eventually(() => closed === 20)
    const [answer] = answers
    await expect(text((answer as (typeof answers)[number]).body)).rejects.toThrow('enough')
    await eventually(() => tunnel.pool.stats().busy === 0)
  })

  test('a server behind that dies half-way fails the body, and others go on', async () => {
    await using _ = expectNoLeaks()
    await using origin = await httpsOrigin(identity, (request, response) => {
      if (request.url === '/fine') {
        response.end('fine')
        return
      }
      response.writeHead(200, { 'content-length': '100' })
      response.write('half')
      setTimeout(() => response.destroy(), 20)
    })
    await using tunnel = await tunnelTo(identity, origin.port, { protocol })
    const { body } = await tunnel.pool.request({ method: 'GET', path: '/dies' }, never)
    await expect(text(body)).rejects.toMatchObject({ reason: 'closed' })
    expect(await text((await tunnel.pool.request({ method: 'GET', path: '/fine' }, never)).body)).toBe('fine')
  })
})

test('ten connections, one of them stalled: the others do not notice', async () => {
  await using _ = expectNoLeaks()
  await using origin = await httpsOrigin(identity, (request, response) => {
    response.end(request.url === '/big' ? Buffer.alloc(64 * MIB) : 'small')
  })
  await using tunnel = await tunnelTo(identity, origin.port, { spares: 10 })
  const small = async () => {
    const began = performance.now()
    expect(await text((await tunnel.pool.request({ method: 'GET', path: '/small' }, never)).body)).toBe('small')
    return performance.now() - began
  }
  const median = async () => {
    const times: number[] = []
    for (let round = 0; round < 30; round += 1) times.push(...(await Promise.all(Array.from({ length: 9 }, small))))
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] as number
  }
  await median()
  const alone = await median()
  const { body } = await tunnel.pool.request({ method: 'GET', path: '/big' }, never)
  const beside = await median()
  // Far apart from what standing behind a stalled reader would be, which is for ever.
  expect(beside).toBeLessThan(10 * alone + 50)
  body.destroy()
})

test('50 downloads aborted at once do not hold up an upload', async () => {
  await using _ = expectNoLeaks()
  await using origin = await httpsOrigin(identity, async (request, response) => {
    if (request.method === 'POST') response.end(String((await buffer(request)).length))
    else Readable.from(Array(256).fill(Buffer.alloc(65_536))).pipe(response)
  })
  await using tunnel = await tunnelTo(identity, origin.port)
  const downloads = await Promise.all(
    Array.from({ length: 50 }, () => tunnel.pool.request({ method: 'GET', path: '/' }, never)),
  )
  for (const { body } of downloads) body.destroy()
  const began = performance.now()
  const uploaded = await tunnel.pool.request({ method: 'POST', path: '/', body: Buffer.alloc(16 * MIB) }, never)
  expect(await text(uploaded.body)).toBe(String(16 * MIB))
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('an API server that closes its idle connections costs no request', async () => {
  await using _ = expectNoLeaks()
  let requests = 0
  await using origin = await httpsOrigin(identity, (_, response) => {
    requests += 1
    response.end('ok')
  })
  await using tunnel = await tunnelTo(identity, origin.port, { spares: 1 })
  for (let round = 0; round < 3; round += 1) {
    const response = await tunnel.pool.request({ method: 'POST', path: '/' }, never)
    expect(await text(response.body)).toBe('ok')
    // The agent has heard that the connection is idle: from now on the server behind may go.
    await eventually(() => tunnel.dialling.stats().busy === 0)
    for (const socket of origin.sockets) socket.destroy()
    await eventually(() => origin.sockets.size === 0)
    expect(tunnel.pool.stats().idle).toBeGreaterThan(0)
  }
  expect(requests).toBe(3)
  expect(tunnel.logged).toEqual([])
})

test('a connection that is taken out carries on by itself, spliced to another', async () => {
  await using _ = expectNoLeaks()
  await using origin = await httpsOrigin(identity, (request, response) => response.end(request.url))
  await using tunnel = await tunnelTo(identity, origin.port)
  const socket = await tunnel.pool.take(never)
  socket.write('GET /taken HTTP/1.1\r\nhost: a\r\n\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(String(answer)).toMatch(/200 OK[\s\S]*\/taken/)
  socket.destroy()
})

test('when the hub’s process ends its connections, the agent dials again', async () => {
  await using _ = expectNoLeaks()
  await using origin = await httpsOrigin(identity, (_, response) => response.end('ok'))
  await using tunnel = await tunnelTo(identity, origin.port)
  await eventually(() => tunnel.pool.stats().idle === 4)
  const before = new Set(tunnel.hub.sockets)
  for (const socket of before) socket.destroy()
  await eventually(() => tunnel.hub.sockets.isDisjointFrom(before) && tunnel.pool.stats().idle === 4)
  expect(await text((await tunnel.pool.request({ method: 'POST', path: '/' }, never)).body)).toBe('ok')
})
