import { getEventListeners } from 'node:events'
import { duplexPair, PassThrough, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { never, origin, relayTo, rig } from '../test/in-memory.ts'
import { ManualClock, settled } from '../test/manual-clock.ts'
import { openPool, type TunnelRequest } from './pool.ts'

const get = (path = '/a'): TunnelRequest => ({ method: 'GET', path })

/** A pool of which the test plays the agent, byte by byte. */
const played = (options: Partial<Parameters<typeof openPool>[0]> = {}) => {
  const wanted: number[] = []
  const pool = openPool({ want: connections => wanted.push(connections), ...options })
  const add = () => {
    const [hub, agent] = duplexPair()
    hub.once('close', () => agent.destroy())
    agent.once('close', () => hub.destroy())
    const one = { agent, hub, heard: '', taken: pool.add(hub) }
    agent.on('data', chunk => {
      one.heard += chunk
    })
    return one
  }
  return { pool, wanted, add }
}

describe('a request', () => {
  test('is written canonically', async () => {
    const { pool, add } = played()
    const { agent, ...one } = add()
    let heard = ''
    agent.on('data', chunk => {
      heard += chunk
    })
    const asked = pool.request(
      {
        method: 'POST',
        path: '/a?b=c',
        headers: {
          Host: 'cluster',
          'X-A': 'b',
          'Impersonate-Group': ['c', 'd'],
          Connection: 'authorization',
          'Transfer-Encoding': 'chunked',
          'Content-Length': '77',
          Upgrade: 'h2c',
          Expect: '100-continue',
          'Keep-Alive': 'x',
        },
        body: 'hä',
      },
      never,
    )
    await settled()
    expect(Buffer.from(heard).toString()).toBe(
      'POST /a?b=c HTTP/1.1\r\nhost: cluster\r\nx-a: b\r\nimpersonate-group: c\r\nimpersonate-group: d\r\ncontent-length: 3\r\n\r\nhä',
    )
    one.hub.destroy()
    await expect(asked).rejects.toMatchObject({ reason: 'closed' })
  })

  test.each<[string, TunnelRequest]>([
    ['a line break in a header', { method: 'GET', path: '/', headers: { a: 'b\r\nc: d' } }],
    ['a space in a header’s name', { method: 'GET', path: '/', headers: { 'a b': 'c' } }],
    ['a space in its path', { method: 'GET', path: '/a b' }],
    ['a line break in its path', { method: 'GET', path: '/a\r\nb' }],
    ['an absolute address', { method: 'GET', path: 'http://a/' }],
    ['a line break in its method', { method: 'GET / HTTP/1.1\r\n', path: '/' }],
    ['a character beyond a byte in a header', { method: 'GET', path: '/', headers: { a: '\u0430' } }],
  ])('with %s is not sent', async (_, request) => {
    const { pool, add } = played()
    const one = add()
    await expect(pool.request(request, never)).rejects.toMatchObject({ reason: 'malformed' })
    expect(one.heard).toBe('')
    expect(pool.stats().idle).toBe(1)
  })

  test('goes there and back, of every framing', async () => {
    const server = origin((request, response) => {
      const pieces: Buffer[] = []
      request.on('data', piece => pieces.push(piece))
      request.on('end', () => {
        if (request.url === '/length') response.setHeader('content-length', Buffer.concat(pieces).length)
        if (request.url === '/close') response.useChunkedEncodingByDefault = false
        if (request.url === '/trailers') response.setHeader('trailer', 'x-sum')
        response.writeHead(200, request.url === '/close' ? { connection: 'close' } : {})
        response.write(Buffer.concat(pieces))
        if (request.url === '/trailers') response.addTrailers({ 'x-sum': '42' })
        response.end()
      })
    })
    const { pool } = rig(relayTo(server))
    const bytes = Buffer.alloc(300_000, 'moorage ')
    for (const path of ['/length', '/chunked', '/close', '/trailers']) {
      for (const body of [bytes, Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)])]) {
        const response = await pool.request({ method: 'POST', path, body }, never)
        expect((await buffer(response.body)).equals(bytes)).toBe(true)
        expect({ ...response.trailers() }).toEqual(path === '/trailers' ? { 'x-sum': '42' } : {})
      }
    }
    await pool[Symbol.asyncDispose]()
  })

  test.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('of %s with the answer %i has no body to wait for, and its connection goes on', async (method, status) => {
    const server = origin((_, response) => {
      response.writeHead(status, status === 204 ? {} : { 'content-length': '5' })
      response.end(method === 'GET' && status === 200 ? 'hello' : undefined)
    })
    const { pool, agentEnds } = rig(relayTo(server))
    for (let each = 0; each < 3; each += 1) {
      const response = await pool.request({ method, path: '/' }, never)
      expect(response.status).toBe(status)
      expect(await text(response.body)).toBe('')
    }
    expect(agentEnds).toHaveLength(1)
    await pool[Symbol.asyncDispose]()
  })

  test('is not answered by an interim answer', async () => {
    const server = origin((_, response) => {
      response.writeContinue()
      response.writeEarlyHints({ link: '</a>; rel=preload' })
      response.end('done')
    })
    const { pool } = rig(relayTo(server))
    expect(await text((await pool.request(get(), never)).body)).toBe('done')
    await pool[Symbol.asyncDispose]()
  })

  test('gives up on interim answers without end', async () => {
    const { pool, add } = played()
    const { agent } = add()
    const asked = pool.request(get(), never)
    agent.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(20))
    await expect(asked).rejects.toMatchObject({ reason: 'malformed' })
  })

  test.each([
    ['two framings', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['something that is not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('that is answered with %s fails, and its connection is not used again', async (_, answer) => {
    const { pool, add } = played()
    const { agent, hub } = add()
    const asked = pool.request(get(), never)
    agent.write(answer)
    await expect(asked).rejects.toMatchObject({ reason: 'malformed' })
    expect(hub.destroyed).toBe(true)
  })

  test('is not followed by another on a connection that said more than its answer', async () => {
    const { pool, add } = played()
    const { agent, hub } = add()
    const asked = pool.request(get(), never)
    agent.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n')
    expect(await text((await asked).body)).toBe('ok')
    expect(hub.destroyed).toBe(true)
  })

  test('ends with its body when the connection does', async () => {
    const { pool, add } = played()
    const { agent, hub } = add()
    const asked = pool.request(get(), never)
    agent.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
    const { body } = await asked
    hub.destroy()
    await expect(text(body)).rejects.toMatchObject({ name: 'TunnelError', reason: 'closed' })
  })

  test('of which nobody reads the body any more frees its place', async () => {
    const { pool, add } = played()
    const { agent, hub } = add()
    const asked = pool.request(get(), never)
    agent.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
    const { body } = await asked
    body.destroy()
    await settled()
    expect(hub.destroyed).toBe(true)
    expect(pool.stats()).toEqual({ idle: 0, busy: 0, waiting: 0 })
  })

  test('can be given up before, while and after it is answered', async () => {
    const { pool, add } = played()
    const reason = new Error('enough')
    await expect(pool.request(get(), AbortSignal.abort(reason))).rejects.toBe(reason)

    const whileWaiting = new AbortController()
    const waiting = pool.request(get(), whileWaiting.signal)
    whileWaiting.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect(pool.stats().waiting).toBe(0)

    const first = add()
    const whileAsked = new AbortController()
    const asked = pool.request(get(), whileAsked.signal)
    whileAsked.abort(reason)
    await expect(asked).rejects.toBe(reason)
    expect(first.hub.destroyed).toBe(true)

    const { agent } = add()
    const whileRead = new AbortController()
    const read = pool.request(get(), whileRead.signal)
    agent.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
    const { body } = await read
    whileRead.abort(reason)
    await expect(text(body)).rejects.toBe(reason)
  })

  test('whose stream is shorter or longer than announced fails', async () => {
    for (const length of ['3', '9']) {
      const { pool, add } = played()
      const { hub } = add()
      const asked = pool.request(
        { method: 'PUT', path: '/', headers: { 'content-length': length }, body: Readable.from(['hello']) },
        never,
      )
      await expect(asked).rejects.toMatchObject({ reason: 'malformed' })
      expect(hub.destroyed).toBe(true)
    }
  })

  test('whose stream fails or was given up fails with it', async () => {
    const broken = new Error('broken')
    for (const [end, expected] of [
      [(body: Readable) => body.destroy(broken), broken],
      [(body: Readable) => body.destroy(), expect.objectContaining({ reason: 'closed' })],
    ] as const) {
      const { pool, add } = played()
      add()
      const body = new PassThrough()
      const asked = pool.request({ method: 'PUT', path: '/', body }, never)
      body.write('some')
      await settled()
      end(body)
      await expect(asked).rejects.toEqual(expected)
    }
  })

  test('that is answered before it was sent leaves its stream to its owner', async () => {
    const { pool, add } = played()
    const { agent, hub } = add()
    const body = new PassThrough()
    const asked = pool.request({ method: 'PUT', path: '/', body }, never)
    body.write('some')
    agent.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno')
    expect(await text((await asked).body)).toBe('no')
    await settled()
    expect(body.destroyed).toBe(false)
    expect(hub.destroyed).toBe(true)
  })
})

describe('a stale connection', () => {
  test.each(['GET', 'HEAD', 'OPTIONS'])('costs a %s one more try, on another', async method => {
    const { pool, add } = played()
    const second = add()
    const first = add()
    const asked = pool.request({ method, path: '/a' }, never)
    first.agent.destroy()
    await settled()
    expect(second.heard).toMatch(new RegExp(`^${method} /a `))
    second.agent.write('HTTP/1.1 204 No Content\r\n\r\n')
    expect((await asked).status).toBe(204)
  })

  test('costs no more than one more try', async () => {
    const { pool, add } = played()
    const ends = [add(), add(), add()]
    const asked = pool.request(get(), never)
    ends[2]?.agent.destroy()
    await settled()
    ends[1]?.agent.destroy()
    await expect(asked).rejects.toMatchObject({ reason: 'closed' })
    expect(ends[0]?.heard).toBe('')
  })

  test.each<[string, TunnelRequest]>([
    ['a POST', { method: 'POST', path: '/' }],
    ['a DELETE', { method: 'DELETE', path: '/' }],
    ['a PATCH', { method: 'PATCH', path: '/', body: '{}' }],
    ['a GET with a body', { method: 'GET', path: '/', body: '{}' }],
  ])('never makes %s happen twice', async (_, request) => {
    const { pool, add } = played()
    const second = add()
    const first = add()
    const asked = pool.request(request, never)
    first.agent.destroy()
    await expect(asked).rejects.toMatchObject({ reason: 'closed' })
    expect(second.heard).toBe('')
  })

  test('is not blamed when an answer had begun', async () => {
    const { pool, add } = played()
    const second = add()
    const first = add()
    const asked = pool.request(get(), never)
    first.agent.write('HTTP/1.1 2')
    await settled()
    first.agent.destroy()
    await expect(asked).rejects.toMatchObject({ reason: 'closed' })
    expect(second.heard).toBe('')
  })

  test('that ended while idle is not tried', async () => {
    const { pool, add } = played()
    const second = add()
    const first = add()
    first.hub.destroy()
    void pool.request({ method: 'POST', path: '/' }, never).catch(() => {})
    await settled()
    expect(second.heard).toMatch(/^POST/)
  })
})

describe('waiting for a connection', () => {
  test('a burst of 200 on 4 spare connections asks once, and loses none', async () => {
    const server = origin((request, response) => {
      setImmediate(() => response.end(request.url))
    })
    const made = rig(relayTo(server))
    for (let each = 0; each < 4; each += 1) made.dial()
    const paths = Array.from({ length: 200 }, (_, index) => `/${index}`)
    const answers = await Promise.all(paths.map(async path => text((await made.pool.request(get(path), never)).body)))
    expect(answers).toEqual(paths)
    expect(made.wanted).toEqual([196])
    await made.pool[Symbol.asyncDispose]()
  })

  test('is served in the order of asking', async () => {
    const { pool, add } = played()
    for (const path of ['/first', '/second']) void pool.request(get(path), never).catch(() => {})
    const one = add()
    await settled()
    expect(one.heard).toMatch(/^GET \/first/)
    one.agent.write('HTTP/1.1 204 No Content\r\n\r\n')
    await settled()
    expect(one.heard).toMatch(/GET \/second/)
  })

  test('is bounded in number', async () => {
    const { pool } = played({ maxWaiting: 2 })
    const asked = [pool.request(get(), never), pool.request(get(), never)]
    for (const each of asked) each.catch(() => {})
    await expect(pool.request(get(), never)).rejects.toMatchObject({ reason: 'no-connection' })
    await pool[Symbol.asyncDispose]()
    for (const each of asked) await expect(each).rejects.toMatchObject({ reason: 'closed' })
  })

  test('is bounded in time, and asks again meanwhile', async () => {
    const clock = new ManualClock()
    const { pool, wanted } = played({ waitMs: 5_000, clock })
    const asked = pool.request(get(), never)
    asked.catch(() => {})
    await settled()
    await clock.go(4_000)
    expect(wanted).toEqual([1, 1, 1])
    await clock.go(2_000)
    await expect(asked).rejects.toMatchObject({ reason: 'no-connection' })
  })

  test('never asks for more connections than there may be', async () => {
    const { pool, wanted, add } = played({ maxConnections: 3 })
    add()
    for (let each = 0; each < 10; each += 1) void pool.request(get(), never).catch(() => {})
    await settled()
    expect(wanted).toEqual([2])
    expect([add().taken, add().taken, add().taken]).toEqual([true, true, false])
  })
})

describe('idle connections', () => {
  test('are told so once, and kept warm', async () => {
    const clock = new ManualClock()
    const { pool, add } = played({ clock })
    const one = add()
    const asked = pool.request(get(), never)
    one.agent.write('HTTP/1.1 204 No Content\r\n\r\n')
    await asked
    await settled()
    one.heard = ''
    await clock.go(2_000)
    expect(one.heard).toBe('\r\n')
    await clock.go(30_000)
    expect(one.heard).toBe('\r\n'.repeat(4))
  })

  test('above the spares are closed after a while, the longest unused first', async () => {
    const clock = new ManualClock()
    const { pool, add } = played({ clock, spares: 2 })
    const ends = Array.from({ length: 5 }, add)
    await clock.go(20_000)
    const asked = pool.request(get(), never)
    ends[4]?.agent.write('HTTP/1.1 204 No Content\r\n\r\n')
    await asked
    await clock.go(12_000)
    expect(ends.map(({ hub }) => hub.writableEnded)).toEqual([true, true, true, false, false])
    await clock.go(10_000)
    expect(pool.stats()).toEqual({ idle: 2, busy: 0, waiting: 0 })
  })

  test('that speak unasked are ended', async () => {
    const { pool, add } = played()
    const { agent, hub } = add()
    agent.write('HTTP/1.1 200 OK\r\n\r\n')
    await settled()
    expect(hub.destroyed).toBe(true)
    expect(pool.stats().idle).toBe(0)
  })

  test('can be taken out', async () => {
    const { pool, add } = played()
    const { agent } = add()
    const socket = await pool.take(never)
    expect(pool.stats()).toEqual({ idle: 0, busy: 0, waiting: 0 })
    let heard = ''
    socket.on('data', chunk => {
      heard += chunk
    })
    agent.write('anything')
    await settled()
    expect(heard).toBe('anything')
    await pool[Symbol.asyncDispose]()
    expect(socket.destroyed).toBe(false)
    expect(socket.listenerCount('close')).toBe(1) // of this test's own
  })
})

describe('an upgrade', () => {
  test('gives the connection away with what came behind the 101, and counts as busy until it ends', async () => {
    const { pool, add } = played()
    const one = add()
    const asked = pool.upgrade({ method: 'POST', path: '/exec', headers: { Upgrade: 'SPDY/3.1' } }, never)
    await settled()
    expect(one.heard).toMatch(/connection: Upgrade\r\nupgrade: SPDY\/3\.1\r\n\r\n$/)
    one.agent.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: SPDY/3.1\r\n\r\nhello')
    const { headers, socket } = await asked
    expect(headers.upgrade).toBe('SPDY/3.1')
    let heard = ''
    socket.on('data', chunk => {
      heard += chunk
    })
    one.agent.write(' there')
    await settled()
    expect(heard).toBe('hello there')
    expect(pool.stats()).toMatchObject({ idle: 0, busy: 1 })
    socket.destroy()
    await settled()
    expect(pool.stats()).toMatchObject({ busy: 0 })
  })

  test('that is refused says why, and its connection is not used again', async () => {
    const { pool, add } = played()
    const { agent, hub } = add()
    const asked = pool.upgrade({ method: 'GET', path: '/exec', headers: { upgrade: 'websocket' } }, never)
    agent.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 15\r\n\r\n{"code":"never"}')
    await expect(asked).rejects.toMatchObject({ name: 'UpgradeRefused', status: 403 })
    expect(hub.destroyed).toBe(true)
  })
})

test('a reader that reads slowly holds its own connection only, and few bytes of it wait here', async () => {
  let written = 0
  const server = origin((request, response) => {
    if (request.url !== '/big') {
      response.end('small')
      return
    }
    const more = () => {
      while (written < 50_000_000) {
        written += 65_536
        if (!response.write(Buffer.alloc(65_536))) {
          response.once('drain', more)
          return
        }
      }
      response.end()
    }
    more()
  })
  const { pool } = rig(relayTo(server))
  const { body } = await pool.request(get('/big'), never)
  await settled()
  const stoppedAt = written
  for (let each = 0; each < 20; each += 1) {
    expect(await text((await pool.request(get('/small'), never)).body)).toBe('small')
  }
  expect(written).toBe(stoppedAt)
  // Every buffer on the way together: response, two pairs, the agent's and the hub's.
  expect(written).toBeLessThan(1_000_000)
  expect((await buffer(body)).length).toBeGreaterThanOrEqual(50_000_000)
  await pool[Symbol.asyncDispose]()
})

test('disposing ends everything and leaves no listener on a signal', async () => {
  const { pool, add } = played()
  const { hub } = add()
  const signal = new AbortController().signal
  const asked = [pool.request(get(), signal), pool.request(get(), signal)]
  for (const each of asked) each.catch(() => {})
  expect(getEventListeners(signal, 'abort')).toHaveLength(2)
  await pool[Symbol.asyncDispose]()
  for (const each of asked) await expect(each).rejects.toMatchObject({ reason: 'closed' })
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  expect(hub.destroyed).toBe(true)
  expect(pool.add(duplexPair()[0])).toBe(false)
  await expect(pool.request(get(), never)).rejects.toMatchObject({ reason: 'closed' })
})
