import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from './eventually.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

/** ms that nothing may arrive in, to call a connection silent. */
const SILENT = 150

let stack: AsyncDisposableStack
let proxy: FaultProxy
/** The far end's sides of the connections, in order. */
let arrived: Socket[]

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  arrived = []
  // An echo that stays half-open, so that who ends what is visible.
  const server = createServer({ allowHalfOpen: true }, socket => {
    arrived.push(socket)
    socket.on('error', () => {})
    socket.on('data', data => socket.writable && socket.write(data))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  stack.defer(async () => {
    server.close()
    for (const socket of arrived) socket.destroy()
  })
  proxy = stack.use(await startFaultProxy(server.address() as { port: number }))
})
afterEach(() => stack.disposeAsync())

interface Client {
  socket: Socket
  received(): string
  /** How it ended: 'fin', an error's code, or null while it is open. */
  ended(): string | null
}

async function dial(): Promise<Client> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  let end: string | null = null
  socket.on('data', data => {
    text += data
  })
  socket.on('end', () => {
    end = 'fin'
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end = error.code ?? error.message
  })
  stack.defer(() => void socket.destroy())
  await new Promise(resolve => socket.once('connect', resolve).once('close', resolve))
  return { socket, received: () => text, ended: () => end }
}

const has = (client: Client, text: string) => eventually(() => expect(client.received()).toBe(text), { within: 2_000 })
const passes = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

test('passes bytes both ways and the end of each side', async () => {
  const client = await dial()
  client.socket.write('hello')
  await has(client, 'hello')
  client.socket.end()
  await eventually(() => expect(arrived[0]?.readableEnded).toBe(true))
  expect(client.ended()).toBeNull()
  arrived[0]?.end('bye')
  await has(client, 'hellobye')
  await eventually(() => expect(client.ended()).toBe('fin'))
  await eventually(() => expect(proxy.open).toBe(0))
})

test('cut resets open connections and new ones', async () => {
  const client = await dial()
  client.socket.write('a')
  await has(client, 'a')
  proxy.cut()
  await eventually(() => expect(client.ended()).toBe('ECONNRESET'))
  const next = await dial()
  await eventually(() => expect(next.ended()).toBe('ECONNRESET'))
  proxy.pass()
  const last = await dial()
  last.socket.write('b')
  await has(last, 'b')
  expect(proxy.accepted).toBe(3)
})

test('stall accepts and goes silent, and what was held back arrives after', async () => {
  const client = await dial()
  proxy.stall()
  client.socket.write('held')
  const during = await dial()
  during.socket.write('too')
  await passes(SILENT)
  expect([client.received(), during.received()]).toEqual(['', ''])
  expect([client.ended(), during.ended()]).toEqual([null, null])
  proxy.pass()
  await has(client, 'held')
  await has(during, 'too')
})

test('a stalled connection can be cut and the proxy closed', async () => {
  proxy.stall()
  const client = await dial()
  client.socket.write('held')
  await passes(20)
  await proxy.close()
  await eventually(() => expect(client.ended()).toBe('ECONNRESET'))
})

test('slow delays each way', async () => {
  const client = await dial()
  proxy.set({ kind: 'slow', delayMs: 60 })
  const start = performance.now()
  client.socket.write('x')
  await has(client, 'x')
  expect(performance.now() - start).toBeGreaterThanOrEqual(110) // twice 60, less what a timer may be early
})

test('slow limits the rate', async () => {
  const client = await dial()
  proxy.set({ kind: 'slow', bytesPerSecond: 100_000 })
  const start = performance.now()
  client.socket.write('y'.repeat(20_000))
  await eventually(() => expect(client.received()).toHaveLength(20_000), { within: 5_000 })
  expect(performance.now() - start).toBeGreaterThanOrEqual(190)
})

test('drop-after lets exactly so many bytes through and resets', async () => {
  proxy.set({ kind: 'drop-after', bytes: 5 })
  const client = await dial()
  client.socket.write('abc')
  await has(client, 'abc')
  client.socket.write('defgh')
  await eventually(() => expect(client.ended()).toBe('ECONNRESET'))
  expect('abcde'.startsWith(client.received())).toBe(true) // a reset may overtake the last bytes
})

test('drop-after towards the server does not count what comes back', async () => {
  proxy.set({ kind: 'drop-after', bytes: 5, towards: 'server' })
  const client = await dial()
  client.socket.write('abc')
  await has(client, 'abc')
  arrived[0]?.write('many more than five')
  await has(client, 'abcmany more than five')
  client.socket.write('def')
  await eventually(() => expect(client.ended()).toBe('ECONNRESET'))
})

test('half-close towards the client leaves its own direction open', async () => {
  const client = await dial()
  client.socket.write('a')
  await has(client, 'a')
  proxy.set({ kind: 'half-close', side: 'client' })
  await eventually(() => expect(client.ended()).toBe('fin'))
  const heard = once(arrived[0] as Socket, 'data')
  client.socket.write('still there')
  expect(`${(await heard)[0]}`).toBe('still there')
  client.socket.write('x') // its echo, which the proxy drops, does not end the connection
  await passes(SILENT)
  expect([client.received(), client.ended()]).toEqual(['a', 'fin'])
})

test('half-close towards the server leaves its own direction open', async () => {
  const client = await dial()
  client.socket.write('a')
  await has(client, 'a')
  proxy.set({ kind: 'half-close', side: 'server' })
  await eventually(() => expect(arrived[0]?.readableEnded).toBe(true))
  arrived[0]?.write('still here')
  await has(client, 'astill here')
  expect(client.ended()).toBeNull()
})

test('idle resets connections that carry nothing, and no others', async () => {
  const [quiet, busy] = [await dial(), await dial()]
  proxy.set({ kind: 'idle', ms: 400 })
  const talking = setInterval(() => busy.socket.write('.'), 50)
  stack.defer(() => clearInterval(talking))
  await eventually(() => expect(quiet.ended()).toBe('ECONNRESET'), { within: 2_000 })
  await eventually(() => expect(arrived[0]?.destroyed).toBe(true))
  expect([busy.ended(), proxy.ended, proxy.open]).toEqual([null, 1, 1])
})

test('a connection that is silently forgotten is reset for whoever sends next, and not before', async () => {
  const client = await dial()
  client.socket.write('a')
  await has(client, 'a')
  proxy.set({ kind: 'idle', ms: 100, silently: true })
  await eventually(() => expect(proxy.ended).toBe(1), { within: 2_000 })
  expect(client.ended()).toBeNull()
  client.socket.write('b')
  await eventually(() => expect(client.ended()).toBe('ECONNRESET'))
  expect([client.received(), arrived[0]?.destroyed]).toEqual(['a', false])
  arrived[0]?.write('c')
  await eventually(() => expect(arrived[0]?.destroyed).toBe(true))
})

test('buffer collects small writes for a while, and passes large ones on', async () => {
  const client = await dial()
  proxy.set({ kind: 'buffer', ms: 200, bytes: 1_000 })
  const start = performance.now()
  client.socket.write('a')
  client.socket.write('b')
  await has(client, 'ab')
  expect(performance.now() - start).toBeGreaterThanOrEqual(390) // twice 200, less what a timer may be early
  const again = performance.now()
  client.socket.write('c'.repeat(1_000))
  await eventually(() => expect(client.received()).toHaveLength(1_002))
  expect(performance.now() - again).toBeLessThan(190)
  client.socket.end('d')
  await has(client, `ab${'c'.repeat(1_000)}d`)
})

test('resetOpen resets once and new connections pass', async () => {
  const client = await dial()
  client.socket.write('a')
  await has(client, 'a')
  proxy.resetOpen()
  await eventually(() => expect(client.ended()).toBe('ECONNRESET'))
  const next = await dial()
  next.socket.write('b')
  await has(next, 'b')
})

test('a target that is gone resets the client', async () => {
  await using elsewhere = await startFaultProxy({ port: 1 })
  const socket = connect(elsewhere.port, '127.0.0.1')
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ECONNRESET')
})
