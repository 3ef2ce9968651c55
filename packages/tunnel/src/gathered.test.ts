import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { GatheredWrites } from './gathered.ts'
import { IncomingBody } from './incoming-body.ts'
import { TLS_RECORD_BYTES } from './limits.ts'
import { free, isSpent } from './spent.ts'

/** A socket whose writes are done when the test says so. */
const slowSocket = () => {
  const socket = new Socket()
  const writes: { bytes: number; done: (error?: Error) => void }[] = []
  socket._writev = (pieces, done) => {
    writes.push({ bytes: pieces.reduce((all, { chunk }) => all + chunk.length, 0), done })
  }
  socket._write = (chunk, _encoding, done) => {
    writes.push({ bytes: chunk.length, done })
  }
  socket.on('error', () => {})
  return { socket, writes }
}

const record = () => Buffer.alloc(TLS_RECORD_BYTES, 'x')
const body = (fromSocket: boolean) =>
  new IncomingBody(
    () => {},
    () => {},
    fromSocket,
  )

test('what comes in one turn goes out together, and is freed once it was written', async () => {
  const { socket, writes } = slowSocket()
  const gathered = new GatheredWrites(socket, new Socket())
  const pieces = [record(), record(), record()]
  for (const piece of pieces) gathered.write(piece)
  expect(writes).toEqual([])
  await turn()
  expect(writes.map(({ bytes }) => bytes)).toEqual([3 * TLS_RECORD_BYTES])
  expect(pieces.map(piece => piece.length)).toEqual(pieces.map(() => TLS_RECORD_BYTES))
  writes[0]?.done()
  await turn()
  expect(pieces.map(piece => piece.length)).toEqual([0, 0, 0])
})

test('small pieces of one read become one chunk of a message, at the end of the turn', async () => {
  const { socket, writes } = slowSocket()
  const response = new ServerResponse(
    Object.assign(new IncomingMessage(socket), { httpVersionMajor: 1, httpVersionMinor: 1 }),
  )
  response.assignSocket(socket)
  response.flushHeaders()
  await turn()
  writes[0]?.done()
  const gathered = new GatheredWrites(response, new Socket())
  const pieces = Array.from({ length: 4 }, () => Buffer.alloc(4_000, 'x'))
  for (const piece of pieces) gathered.write(piece)
  await new Promise<void>(resolve => process.nextTick(resolve))
  await new Promise<void>(resolve => process.nextTick(resolve))
  const framed = `${(16_000).toString(16)}\r\n`.length + 16_000 + 2
  expect(writes.map(({ bytes }) => bytes).slice(1)).toEqual([framed])
  expect(pieces.every(piece => piece.length === 4_000)).toBe(true)
})

test('what could not be written stays as it is', async () => {
  const { socket, writes } = slowSocket()
  const piece = record()
  new GatheredWrites(socket, new Socket()).write(piece)
  await turn()
  writes[0]?.done(new Error('reset'))
  await turn()
  expect(piece.length).toBe(TLS_RECORD_BYTES)
})

test('what somebody may still have is not freed', async () => {
  const kept = [record(), record(), record()] as const
  const { socket, writes } = slowSocket()
  new GatheredWrites(socket, null).write(kept[0])
  await turn()
  writes[0]?.done()
  new GatheredWrites(new PassThrough().resume(), new Socket()).write(kept[1])
  new GatheredWrites(new PassThrough().resume(), new PassThrough()).write(kept[2])
  await turn()
  await turn()
  expect(kept.map(piece => piece.length)).toEqual(kept.map(() => TLS_RECORD_BYTES))
})

test('only what went from one socket to another is spent', () => {
  expect(isSpent(new Socket(), new Socket())).toBe(true)
  expect(isSpent(body(true), new Socket())).toBe(true)
  expect(isSpent(body(false), new Socket())).toBe(false)
  expect(isSpent(new PassThrough(), new Socket())).toBe(false)
  expect(isSpent(new Socket(), new PassThrough())).toBe(false)
})

test('a piece that shares its memory with another is left', () => {
  const whole = record()
  const part = whole.subarray(1)
  free(part)
  expect([whole.length, part.length]).toEqual([TLS_RECORD_BYTES, TLS_RECORD_BYTES - 1])
  free(whole)
  expect(whole.length).toBe(0)
})
