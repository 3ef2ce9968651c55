import { getEventListeners } from 'node:events'
import { duplexPair } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { never, origin, relayTo, rig } from '../test/in-memory.ts'
import { ManualClock, settled } from '../test/manual-clock.ts'
import { get, played } from '../test/played-agent.ts'
import type { TunnelRequest } from './pool.ts'

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

  test('asks for none twice while they come', async () => {
    const clock = new ManualClock()
    const { pool, wanted, add } = played({ clock })
    for (let each = 0; each < 8; each += 1) void pool.request(get(), never).catch(() => {})
    await settled()
    for (let each = 0; each < 6; each += 1) {
      await clock.go(1_000)
      add()
    }
    expect(wanted).toEqual([8])
    await clock.go(3_000)
    expect(wanted).toEqual([8, 2])
  })

  test('goes on while connections come, however slowly, but not for ever', async () => {
    const clock = new ManualClock()
    const { pool, add } = played({ waitMs: 5_000, clock })
    const asked = Array.from({ length: 20 }, () => pool.request(get(), never))
    for (const each of asked) each.catch(() => {})
    await settled()
    for (let each = 0; each < 14; each += 1) {
      await clock.go(4_000)
      const one = add()
      await settled()
      expect(one.heard).toMatch(/^GET/)
    }
    expect(pool.stats().waiting).toBe(6)
    await clock.go(4_000)
    await expect(asked.at(-1)).rejects.toMatchObject({ reason: 'no-connection' })
    expect(pool.stats().waiting).toBe(0)
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
