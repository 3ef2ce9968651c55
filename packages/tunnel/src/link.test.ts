import { duplexPair } from 'node:stream'
import { expect, test } from 'vitest'
import { ManualClock, settled } from '../test/manual-clock.ts'
import { openLink } from './link.ts'

const linked = (receive: (message: Record<string, unknown>) => void = () => {}) => {
  const clock = new ManualClock()
  const [socket, peer] = duplexPair()
  const heard: Record<string, unknown>[] = []
  const link = openLink(socket, {
    receive: message => {
      heard.push(message)
      receive(message)
    },
    clock,
  })
  return { link, clock, socket, peer, heard }
}

test('messages go both ways, however the bytes are cut', async () => {
  const { link, peer, heard } = linked()
  for (const byte of Buffer.from('{"type":"note","text":"grün"}\n\n{"type":"want","connections":3}\n')) {
    peer.write(Buffer.from([byte]))
  }
  await settled()
  expect(heard).toEqual([
    { type: 'note', text: 'grün' },
    { type: 'want', connections: 3 },
  ])
  link.send({ type: 'drain' })
  await settled()
  expect(String(peer.read())).toBe('{"type":"drain"}\n')
  link[Symbol.dispose]()
  expect(await link.ended).toBe('closed-here')
})

test('pings are sent every 5 s and not passed on', async () => {
  const { link, clock, peer, heard } = linked()
  peer.write('{"type":"ping","at":1}\n')
  let said = ''
  peer.on('data', chunk => {
    said += chunk
  })
  await settled()
  await clock.go(10_500)
  await settled()
  expect(said.match(/"ping"/g)).toHaveLength(2)
  expect(heard).toEqual([])
  expect(link.silentMs()).toBe(10_500)
  link[Symbol.dispose]()
  expect(clock.waiting).toBe(0)
})

test('silence for 12 s ends it, anything heard begins them anew', async () => {
  const { link, clock, peer, socket } = linked()
  await clock.go(11_000)
  peer.write('{"type":"ping"}\n')
  await settled()
  await clock.go(11_900)
  expect(socket.destroyed).toBe(false)
  await clock.go(100)
  expect(socket.destroyed).toBe(true)
  expect(await link.ended).toBe('silent')
  expect(clock.waiting).toBe(0)
})

test('after a standstill it is judged by what was said meanwhile', async () => {
  const { link, clock, peer, socket } = linked()
  clock.standStill(60_000)
  await clock.go(0) // the timers, which go first
  expect(socket.destroyed).toBe(false)
  peer.write('{"type":"ping"}\n')
  await settled()
  await clock.go(11_900)
  expect(socket.destroyed).toBe(false)
  await clock.go(1_100)
  expect(await link.ended).toBe('silent')
})

test('after a standstill silence is one look away, and a process that is always late sees it too', async () => {
  const one = linked()
  one.clock.standStill(13_000)
  await one.clock.go(1_000)
  expect(await one.link.ended).toBe('silent')
  const busy = linked()
  busy.clock.standStill(13_000)
  for (let look = 0; look < 4; look += 1) {
    await busy.clock.go(0)
    busy.clock.standStill(2_000)
  }
  await busy.clock.go(0)
  expect(await busy.link.ended).toBe('silent')
})

test.each([
  ['no JSON', 'hello\n'],
  ['no object', '3\n'],
  ['no type', '{"kind":"note"}\n'],
  ['an endless line', 'x'.repeat(70_000)],
])('%s ends it', async (_, bytes) => {
  const { link, peer, socket } = linked()
  peer.write(bytes)
  expect(await link.ended).toBe('malformed')
  expect(socket.destroyed).toBe(true)
})

test('a receiver that throws ends it', async () => {
  const { link, peer } = linked(() => {
    throw new Error('unknown')
  })
  peer.write('{"type":"note"}\n')
  expect(await link.ended).toBe('malformed')
})

test('the other side’s end ends it', async () => {
  const { link, peer } = linked()
  peer.end()
  expect(await link.ended).toBe('closed-there')
  link.send({ type: 'note' })
})

test('a peer that stops reading ends it, before much waits for it', async () => {
  const { link, socket } = linked()
  const message = { type: 'note', text: 'x'.repeat(10_000) }
  for (let each = 0; each < 200; each += 1) link.send(message)
  expect(await link.ended).toBe('slow')
  expect(socket.writableLength).toBeLessThan(1_200_000)
})
