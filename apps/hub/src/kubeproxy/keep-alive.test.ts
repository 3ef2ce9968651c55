import { expect, test } from 'vitest'
import { isKeepAlive } from './keep-alive.ts'

/** A frame as browsers send it: masked. */
const frame = (opcode: number, payload: number[]) =>
  Buffer.from([0x80 | opcode, 0x80 | payload.length, 1, 2, 3, 4, ...payload])

test.each([
  ['a ping of a WebSocket', frame(9, []), true],
  ['a pong with something in it', frame(10, [1, 2]), true],
  ['its end', frame(8, [3, 232]), true],
  ['text', frame(1, [104, 105]), false],
  ['a key', frame(2, [0, 97]), false],
  ['the first part of a message', Buffer.from([0x02, 0x82, 1, 2, 3, 4, 0, 97]), false],
  ['a ping of SPDY', Buffer.from([0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1]), true],
  ['a new stream of SPDY', Buffer.from([0x80, 3, 0, 1, 0, 0, 0, 4]), false],
  ['data of SPDY', Buffer.from([0, 0, 0, 3, 0, 0, 0, 1, 97]), false],
])('%s', (_what, piece, expected) => {
  expect(isKeepAlive(piece)).toBe(expected)
})
