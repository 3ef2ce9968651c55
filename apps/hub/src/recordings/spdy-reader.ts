import { constants, inflateSync } from 'node:zlib'
import { spdyDictionary } from './spdy-dictionary.ts'
import { NotUnderstood, type Stream, type StreamPiece, type StreamReader } from './stream-piece.ts'

const SYN_STREAM = 1
const HEADERS = 8
/** Frames whose headers are compressed with what came before them. */
const COMPRESSED: Readonly<Record<number, number>> = { [SYN_STREAM]: 10, [HEADERS]: 4 }

/** Bytes of all compressed headers of one session: it opens five streams, in about 300. */
const MAX_HEADERS = 65_536
/** Bytes of them, inflated. */
const MAX_INFLATED = 1_048_576
/** Streams of one session; Kubernetes opens five. */
const MAX_STREAMS = 64

const STREAMS: ReadonlySet<string> = new Set<Stream>(['stdin', 'stdout', 'stderr', 'error', 'resize'])

/** Name and value pairs of SPDY/3.1. */
function readPairs(block: Buffer): Map<string, string> {
  const pairs = new Map<string, string>()
  let at = 0
  const number = () => {
    if (at + 4 > block.length) throw new NotUnderstood('The headers of a SPDY stream end early.')
    at += 4
    return block.readUInt32BE(at - 4)
  }
  const text = () => {
    const length = number()
    if (at + length > block.length) throw new NotUnderstood('The headers of a SPDY stream end early.')
    at += length
    return block.toString('latin1', at - length, at)
  }
  const count = number()
  for (let index = 0; index < count; index += 1) pairs.set(text().toLowerCase(), text())
  return pairs
}

/** Inflates header blocks that build on each other: from the first one each time, as there are few and small ones. */
function headerInflater(): (block: Buffer) => Map<string, string> {
  const dictionary = spdyDictionary()
  let all: Buffer = Buffer.alloc(0)
  let known = 0
  return block => {
    all = Buffer.concat([all, block])
    if (all.length > MAX_HEADERS) throw new NotUnderstood('The session has too many headers.')
    let plain: Buffer
    try {
      plain = inflateSync(all, { dictionary, finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_INFLATED })
    } catch {
      throw new NotUnderstood('The headers of a SPDY stream can not be inflated.')
    }
    const pairs = readPairs(plain.subarray(known))
    known = plain.length
    return pairs
  }
}

/** Bytes of a frame's head. */
const HEAD = 8

/** A control frame that is collected, a data frame that is passed on, or one of which nothing is kept. */
type Frame =
  | { kind: 'control'; type: number; left: number; payload: Buffer[] }
  | { kind: 'data'; left: number; stream: Stream | null }
  | { kind: 'skipped'; left: number }

/** Streams by their ids, which the client gives out: both directions know of them. */
export type SpdyStreams = Map<number, Stream>

/** Reads one direction of a session over SPDY/3.1. */
export function spdyReader(streams: SpdyStreams, from: 'client' | 'member'): StreamReader {
  const inflate = headerInflater()
  let head: Buffer = Buffer.alloc(0)
  let frame: Frame | null = null

  const begin = (): Frame => {
    const left = head.readUIntBE(5, 3)
    if (!((head[0] as number) & 0x80)) {
      return { kind: 'data', left, stream: streams.get(head.readUInt32BE(0)) ?? null }
    }
    if (head.readUInt16BE(0) !== 0x8003) throw new NotUnderstood('The session speaks another version of SPDY.')
    const type = head.readUInt16BE(2)
    if (from === 'member' || COMPRESSED[type] === undefined) return { kind: 'skipped', left }
    if (left > MAX_HEADERS) throw new NotUnderstood('A SPDY stream has too many headers.')
    return { kind: 'control', type, left, payload: [] }
  }
  const finish = (done: Frame) => {
    if (done.kind !== 'control') return
    const payload = Buffer.concat(done.payload)
    const before = COMPRESSED[done.type] as number
    if (payload.length < before) throw new NotUnderstood('A SPDY frame ends early.')
    const pairs = inflate(payload.subarray(before))
    if (done.type !== SYN_STREAM) return
    const type = pairs.get('streamtype') ?? ''
    if (streams.size >= MAX_STREAMS) throw new NotUnderstood('The session has too many streams.')
    if (STREAMS.has(type)) streams.set(payload.readUInt32BE(0) & 0x7fffffff, type as Stream)
  }

  return {
    push(chunk) {
      const pieces: StreamPiece[] = []
      let rest = chunk
      while (rest.length > 0) {
        if (frame === null) {
          const take = Math.min(HEAD - head.length, rest.length)
          head = Buffer.concat([head, rest.subarray(0, take)])
          rest = rest.subarray(take)
          if (head.length < HEAD) break
          frame = begin()
          head = Buffer.alloc(0)
        }
        const taken = rest.subarray(0, frame.left)
        rest = rest.subarray(taken.length)
        frame.left -= taken.length
        if (frame.kind === 'control') frame.payload.push(Buffer.from(taken))
        else if (frame.kind === 'data' && frame.stream !== null && taken.length > 0) {
          pieces.push({ stream: frame.stream, data: taken })
        }
        if (frame.left === 0) {
          finish(frame)
          frame = null
        }
      }
      return pieces
    },
  }
}
