import { PassThrough, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { never, origin, relayTo, rig } from '../test/in-memory.ts'
import { settled } from '../test/manual-clock.ts'
import { get, played } from '../test/played-agent.ts'
import type { TunnelRequest } from './pool.ts'

describe('a pool that is retired', () => {
  test('ends what is idle, lets what runs answer, and begins nothing more', async () => {
    const { pool, add } = played()
    const [idle, busy] = [add(), add()]
    const asked = pool.request(get('/slow'), never)
    await settled()
    let empty = false
    const retired = pool.retire().then(() => {
      empty = true
    })
    await settled()
    expect(idle.agent.readableEnded).toBe(true)
    await expect(pool.request(get(), never)).rejects.toMatchObject({ reason: 'moved' })
    expect(add().taken).toBe(false)
    expect(empty).toBe(false)
    expect(busy.agent.readableEnded).toBe(false)
    idle.agent.destroy()
    busy.agent.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    expect(await text((await asked).body)).toBe('ok')
    await settled()
    expect(busy.agent.readableEnded).toBe(true)
    busy.agent.destroy()
    await retired
  })

  test('sends those away that wait, so that they ask for another way', async () => {
    const { pool } = played()
    const asked = pool.request({ method: 'POST', path: '/', body: 'once' }, never)
    await Promise.all([pool.retire(), expect(asked).rejects.toMatchObject({ reason: 'moved' })])
  })
})

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
