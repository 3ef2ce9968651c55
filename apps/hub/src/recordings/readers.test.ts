import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { channelReader } from './channel-reader.ts'
import { channel, frame, spdyData, synStream, synStreams } from './fixtures/frames.ts'
import { type SpdyStreams, spdyReader } from './spdy-reader.ts'
import { NotUnderstood, type StreamPiece, type StreamReader } from './stream-piece.ts'

const NAMES = ['stdin', 'stdout', 'stderr', 'error', 'resize'] as const

/** Cuts bytes at places that are chosen at random. */
const cuts = (bytes: Buffer, at: readonly number[]) => {
  const places = [...new Set([0, ...at.map(n => n % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}
const readAll = (reader: StreamReader, chunks: readonly Buffer[]) => chunks.flatMap(chunk => reader.push(chunk))
/** What each stream carried, put together. */
const sums = (pieces: readonly StreamPiece[]) =>
  Object.fromEntries(
    NAMES.map(name => [
      name,
      Buffer.concat(pieces.filter(({ stream }) => stream === name).map(({ data }) => data)).toString('hex'),
    ]),
  )
const expected = (messages: readonly (readonly [number, Uint8Array])[]) =>
  sums(messages.map(([number, data]) => ({ stream: NAMES[number]!, data: Buffer.from(data) })))

const messages = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.uint8Array({ maxLength: 300 })), {
  maxLength: 20,
})
const places = fc.array(fc.nat(), { maxLength: 30 })

describe('a session over a WebSocket', () => {
  test('is read whatever pieces its bytes come in, masked, and in fragments', () => {
    fc.assert(
      fc.property(
        messages,
        places,
        fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 })),
        fc.nat(),
        (sent, at, key, split) => {
          const mask = key === null ? {} : { mask: Buffer.from(key) }
          const bytes = sent.flatMap(([number, data]) => {
            const whole = channel(number, Buffer.from(data))
            const middle = 1 + (split % whole.length)
            const ping = frame(Buffer.from('?'), { opcode: 9, ...mask })
            if (middle >= whole.length) return [ping, frame(whole, mask)]
            return [
              frame(whole.subarray(0, middle), { final: false, ...mask }),
              ping,
              frame(whole.subarray(middle), { opcode: 0, ...mask }),
            ]
          })
          expect(sums(readAll(channelReader('v5.channel.k8s.io'), cuts(Buffer.concat(bytes), at)))).toEqual(
            expected(sent),
          )
        },
      ),
    )
  })

  test('is read in base64 as well', () => {
    fc.assert(
      fc.property(messages, places, (sent, at) => {
        const bytes = sent.map(([number, data]) =>
          frame(Buffer.from(`${number}${Buffer.from(data).toString('base64')}`), { opcode: 1 }),
        )
        expect(sums(readAll(channelReader('v4.base64.channel.k8s.io'), cuts(Buffer.concat(bytes), at)))).toEqual(
          expected(sent),
        )
      }),
    )
  })

  test('carries long messages without keeping them', () => {
    const reader = channelReader('v4.channel.k8s.io')
    const bytes = frame(channel(1, Buffer.alloc(1_000_000, 'x')))
    const pieces = readAll(reader, [bytes.subarray(0, 5_000), bytes.subarray(5_000)])
    expect(pieces.map(({ data }) => data.length)).toEqual([5_000 - 11, 1_000_000 - (5_000 - 11)])
  })

  test('ends a channel by a message of its own, which is no output', () => {
    expect(channelReader('v5.channel.k8s.io').push(frame(channel(255, Buffer.from([0]))))).toEqual([])
  })

  test.each([
    ['an extension', Buffer.from([0xc2, 0x00])],
    ['an unknown kind', Buffer.from([0x83, 0x00])],
    ['a continuation of nothing', Buffer.from([0x80, 0x01, 0x00])],
    ['a message within another', Buffer.concat([frame(channel(1, 'a'), { final: false }), frame(channel(1, 'b'))])],
    ['a long ping', frame(Buffer.alloc(200), { opcode: 9 })],
    ['no possible length', Buffer.from([0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a channel that there is none of', frame(channel(9, 'a'))],
  ])('with %s is not understood', (_what, bytes) => {
    expect(() => channelReader('v4.channel.k8s.io').push(bytes)).toThrow(NotUnderstood)
  })
})

describe('a session over SPDY', () => {
  test('is read whatever pieces its bytes come in', async () => {
    const order = ['error', 'stdin', 'stdout', 'stderr', 'resize']
    const opened = await synStreams(order)
    fc.assert(
      fc.property(messages, places, (sent, at) => {
        const streams: SpdyStreams = new Map()
        const idOf = (number: number) => order.indexOf(NAMES[number]!) * 2 + 1
        const data = (want: (number: number) => boolean) =>
          sent.filter(([number]) => want(number)).map(([number, bytes]) => spdyData(idOf(number), Buffer.from(bytes)))
        const isInput = (number: number) => number === 0 || number === 4
        const ping = Buffer.from([0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1])
        const there = readAll(spdyReader(streams, 'client'), cuts(Buffer.concat([opened, ping, ...data(isInput)]), at))
        const back = readAll(
          spdyReader(streams, 'member'),
          cuts(Buffer.concat([ping, ...data(number => !isInput(number))]), at),
        )
        expect(sums([...there, ...back])).toEqual(expected(sent))
        expect([...streams.values()]).toEqual(order)
      }),
    )
  })

  test.each([
    ['another version', Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 10])],
    ['headers that are none', synStream(1, Buffer.from('nonsense'))],
    ['headers without end', Buffer.from([0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff])],
    ['a frame that is too short', Buffer.from([0x80, 3, 0, 1, 0, 0, 0, 2, 0, 0])],
  ])('with %s is not understood', (_what, bytes) => {
    expect(() => spdyReader(new Map(), 'client').push(bytes)).toThrow(NotUnderstood)
  })
})

test('whatever bytes come, a reader reads them or says that it does not understand', () => {
  const readers = [
    () => channelReader('v5.channel.k8s.io'),
    () => channelReader('base64.channel.k8s.io'),
    () => spdyReader(new Map(), 'client'),
    () => spdyReader(new Map(), 'member'),
  ]
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), fc.nat({ max: 3 }), (chunks, which) => {
      try {
        readAll(
          readers[which]!(),
          chunks.map(chunk => Buffer.from(chunk)),
        )
      } catch (error) {
        expect(error).toBeInstanceOf(NotUnderstood)
      }
    }),
    { numRuns: 500 },
  )
})
