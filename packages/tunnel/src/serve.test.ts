import { type Duplex, duplexPair } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { origin, relayTo } from '../test/in-memory.ts'
import { settled } from '../test/manual-clock.ts'
import type { RequestHead } from './head.ts'
import { type Handling, serveConnection } from './serve.ts'

/** Bytes in, bytes out: one agent's end with nothing but what is typed on the other side. */
const raw = (handle: (request: RequestHead) => Handling | Promise<Handling>) => {
  const [hub, agent] = duplexPair()
  agent.once('close', () => hub.destroy())
  const said: string[] = []
  hub.on('data', chunk => said.push(String(chunk)))
  const inUse: boolean[] = []
  const logged: string[] = []
  const done = serveConnection(agent, handle, {
    inUse: busy => inUse.push(busy),
    log: (message, facts) => logged.push(`${message}: ${facts.message}`),
  })
  return { hub, agent, done, inUse, logged, said: () => said.join('') }
}

/** A server behind of which the test plays both parts. */
const played = () => {
  const behind: { socket: Duplex; heard: string }[] = []
  const connect = async () => {
    const [near, far] = duplexPair()
    near.once('close', () => far.destroy())
    const one = { socket: far as Duplex, heard: '' }
    far.on('data', chunk => {
      one.heard += chunk
    })
    behind.push(one)
    return near
  }
  const relay = (request: RequestHead): Handling => ({ do: 'relay', connect, headers: request.headers })
  return { behind, relay }
}

const GET = 'GET /a HTTP/1.1\r\nhost: b\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

describe('a relayed request', () => {
  test('is sent on with the fields that the guard gives, and with its own framing only', async () => {
    const { behind } = played()
    const { relay, behind: real } = played()
    const { hub } = raw(request => ({
      ...(relay(request) as Extract<Handling, { do: 'relay' }>),
      headers: [
        ['Host', 'api'],
        ['Authorization', 'Bearer sesame'],
        ['content-length', '99'],
        ['Transfer-Encoding', 'chunked'],
        ['connection', 'authorization'],
      ],
    }))
    hub.write('POST /a?b=c HTTP/1.1\r\nhost: b\r\ncontent-length: 2\r\nx-other: d\r\n\r\nhi')
    await settled()
    expect(behind).toEqual([])
    expect(real[0]?.heard).toBe(
      'POST /a?b=c HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer sesame\r\ncontent-length: 2\r\n\r\nhi',
    )
  })

  test('keeps its connection for the next one, and a second is made when the first has ended meanwhile', async () => {
    const { behind, relay } = played()
    const { hub, said, agent } = raw(relay)
    for (let each = 0; each < 2; each += 1) {
      hub.write(GET)
      await settled()
      behind[0]?.socket.write(OK)
      await settled()
    }
    expect(behind).toHaveLength(1)
    hub.write('\r\n') // the hub has read it all
    await settled()
    behind[0]?.socket.end()
    await settled()
    expect(agent.destroyed).toBe(false)
    hub.write(GET)
    await settled()
    behind[1]?.socket.write(OK)
    await settled()
    expect(behind).toHaveLength(2)
    expect(said()).toBe(OK.repeat(3))
  })

  test('ends with the server behind, where the hub may still wait for more', async () => {
    const { behind, relay } = played()
    const { hub, said, agent, done } = raw(relay)
    hub.write(GET)
    await settled()
    behind[0]?.socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end')
    await settled()
    expect(said()).toContain('until the end')
    hub.end()
    await done
    expect(agent.destroyed).toBe(true)
  })

  test('breaks off with the server behind', async () => {
    const { behind, relay } = played()
    const { hub, done } = raw(relay)
    hub.write(GET)
    await settled()
    behind[0]?.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
    await settled()
    behind[0]?.socket.destroy()
    await settled()
    // duplexPair tells nobody of a destroyed end, so the agent's own end is told.
    hub.destroy()
    hub.once('error', () => {})
    void done
    expect(behind).toHaveLength(1)
  })

  test('is answered with 502 when the server behind is not there, and the next one is served', async () => {
    let tries = 0
    const { behind, relay } = played()
    const { hub, said, logged } = raw(request => {
      const relayed = relay(request) as Extract<Handling, { do: 'relay' }>
      tries += 1
      return tries > 1 ? relayed : { ...relayed, connect: () => Promise.reject(new Error('nobody listens')) }
    })
    hub.write(GET)
    await settled()
    expect(said()).toMatch(/^HTTP\/1\.1 502 .*moorage-tunnel-failure: connect\r\n.*nobody listens/s)
    expect(logged).toEqual(['a request failed here: nobody listens'])
    hub.write(GET)
    await settled()
    behind[0]?.socket.write(OK)
    await settled()
    expect(said().endsWith(OK)).toBe(true)
  })

  test('is never sent on with a line break in a field', async () => {
    const { behind, relay } = played()
    const { hub, said } = raw(request => ({
      ...(relay(request) as Extract<Handling, { do: 'relay' }>),
      headers: [['authorization', 'Bearer a\r\nx: y']],
    }))
    hub.write(GET)
    await settled()
    expect(said()).toMatch(/^HTTP\/1\.1 500 /)
    expect(behind).toEqual([])
  })

  test('has its chunks followed to their end, behind which the guard looks again', async () => {
    const { behind, relay } = played()
    const seen: string[] = []
    const { hub, said } = raw(request => {
      seen.push(request.path)
      return request.path === '/a' ? relay(request) : { do: 'answer', status: 403, body: 'no' }
    })
    hub.write(
      'POST /a HTTP/1.1\r\nhost: b\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nGET /secret HTTP/1.1\r\nhost: b\r\n\r\n',
    )
    await settled()
    expect(behind[0]?.heard.endsWith('\r\n\r\n2\r\nhi\r\n0\r\n\r\n')).toBe(true)
    expect(seen).toEqual(['/a', '/secret'])
    expect(said()).toContain('403')
  })
})

describe('a relayed upgrade', () => {
  const UPGRADE = 'GET /exec HTTP/1.1\r\nhost: b\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n'

  test('passes bytes both ways once the server behind has switched, and not before', async () => {
    const { behind, relay } = played()
    const { hub, said } = raw(relay)
    hub.write(`${UPGRADE}early`)
    await settled()
    expect(behind[0]?.heard).toMatch(/connection: Upgrade\r\nupgrade: SPDY\/3\.1\r\n\r\n$/)
    behind[0]?.socket.write('HTTP/1.1 10')
    await settled()
    expect(behind[0]?.heard).not.toContain('early')
    behind[0]?.socket.write('1 Switching Protocols\r\n\r\nhello')
    await settled()
    hub.write('GET /secret HTTP/1.1\r\n\r\n')
    await settled()
    expect(behind[0]?.heard).toMatch(/earlyGET \/secret/)
    expect(said()).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\nhello')
  })

  test('that was refused lets nothing more through', async () => {
    const { behind, relay } = played()
    const { hub, said, logged, done } = raw(relay)
    hub.write(UPGRADE)
    await settled()
    behind[0]?.socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno')
    await settled()
    expect(said()).toMatch(/403/)
    hub.write('GET /secret HTTP/1.1\r\nhost: b\r\n\r\n')
    await done
    expect(behind[0]?.heard).not.toContain('secret')
    expect(logged.join()).toMatch(/had to be the last/)
  })

  test('gets a connection of its own, so that no earlier answer can pose as a 101', async () => {
    const { behind, relay } = played()
    const { hub } = raw(relay)
    hub.write(GET)
    await settled()
    hub.write(UPGRADE)
    await settled()
    expect(behind).toHaveLength(2)
    expect(behind[0]?.heard).not.toContain('upgrade')
  })
})

describe('an upgrade to the agent itself', () => {
  test('gives it the connection, with what came right behind the request', async () => {
    let taken: Duplex | undefined
    const { hub, said, done } = raw(() => ({
      do: 'upgrade',
      protocol: 'moorage-link',
      take: socket => {
        taken = socket
      },
    }))
    hub.write('GET /-/moorage/link HTTP/1.1\r\nhost: b\r\nconnection: Upgrade\r\nupgrade: moorage-link\r\n\r\nearly ')
    await settled()
    expect(said()).toMatch(/^HTTP\/1\.1 101 /)
    let heard = ''
    taken?.on('data', chunk => {
      heard += chunk
    })
    hub.write('late')
    await settled()
    expect(heard).toBe('early late')
    taken?.destroy()
    await done
  })
})

describe('what the hub may send', () => {
  test.each([
    ['no HTTP', 'hello there\r\n\r\n', '400'],
    ['a line feed alone', 'GET / HTTP/1.1\nhost: a\n\n', '400'],
    ['two framings', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', '400'],
    ['an endless head', `GET / HTTP/1.1\r\na: ${'b'.repeat(70_000)}`, '431'],
  ])('is not %s', async (_, bytes, status) => {
    const { hub, said, done, logged } = raw(() => {
      throw new Error('the guard was asked')
    })
    hub.write(bytes)
    await settled()
    expect(said()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*connection: close`, 's'))
    expect(logged.join()).toMatch(/was refused/)
    hub.end()
    await done
  })

  test('is known to be in use from a request until an empty line', async () => {
    const { behind, relay } = played()
    const { hub, inUse } = raw(relay)
    hub.write('\r\n\r\n')
    await settled()
    expect(inUse).toEqual([])
    hub.write(GET)
    await settled()
    behind[0]?.socket.write(OK)
    hub.write('\r\n')
    hub.write('\r\n')
    await settled()
    expect(inUse).toEqual([true, false])
  })

  test('when the guard throws is answered with 500', async () => {
    const { hub, said } = raw(async () => {
      throw new Error('no token')
    })
    hub.write(GET)
    await settled()
    expect(said()).toMatch(/^HTTP\/1\.1 500 .*no token/s)
  })
})

test('a signal ends it', async () => {
  const stop = new AbortController()
  const [, agent] = duplexPair()
  const done = serveConnection(agent, relayTo(origin(() => {})), { signal: stop.signal })
  stop.abort()
  await done
  expect(agent.destroyed).toBe(true)
})
