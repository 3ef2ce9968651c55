import { NotUnderstood } from './stream-piece.ts'

/** A part of a message’s payload. */
export interface MessagePart {
  /** Whether a message begins with it. */
  first: boolean
  /** Whether the message ends with it. */
  last: boolean
  data: Buffer
}

const CONTINUATION = 0
const TEXT = 1
const BINARY = 2
/** Close, ping and pong. */
const CONTROL = 8

interface Frame {
  control: boolean
  first: boolean
  final: boolean
  /** Bytes of the payload that are still to come. */
  left: number
  /** null where the payload is not masked. */
  mask: Buffer | null
  /** Bytes of the payload that came. */
  seen: number
}

const unmask = (data: Buffer, mask: Buffer, seen: number): Buffer => {
  const plain = Buffer.allocUnsafe(data.length)
  for (let index = 0; index < data.length; index += 1) {
    plain[index] = (data[index] as number) ^ (mask[(seen + index) & 3] as number)
  }
  return plain
}

/** Bytes of a frame's head, as far as `head` tells; 2 until that is known. */
function headLength(head: Buffer): number {
  const second = head[1]
  if (second === undefined) return 2
  const short = second & 0x7f
  return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0)
}

function readHead(head: Buffer, open: boolean): Frame {
  const first = head[0] as number
  const second = head[1] as number
  if (first & 0x70) throw new NotUnderstood('A frame of the WebSocket has an extension.')
  const opcode = first & 0x0f
  const control = (opcode & CONTROL) !== 0
  if (!control && opcode !== CONTINUATION && opcode !== TEXT && opcode !== BINARY) {
    throw new NotUnderstood('A frame of the WebSocket is of no known kind.')
  }
  if (!control && (opcode === CONTINUATION) !== open)
    throw new NotUnderstood('A message of the WebSocket is out of place.')
  const short = second & 0x7f
  if (control && (short > 125 || !(first & 0x80)))
    throw new NotUnderstood('A control frame of the WebSocket is too long.')
  const left = short === 126 ? head.readUInt16BE(2) : short === 127 ? Number(head.readBigUInt64BE(2)) : short
  if (!Number.isSafeInteger(left)) throw new NotUnderstood('A frame of the WebSocket has no possible length.')
  const mask = second & 0x80 ? Buffer.from(head.subarray(-4)) : null
  return { control, first: opcode !== CONTINUATION, final: (first & 0x80) !== 0, left, mask, seen: 0 }
}

/** Reads one direction of a WebSocket (RFC 6455): the payloads of its messages, in parts as they come. */
export function websocketReader(): (chunk: Buffer) => MessagePart[] {
  let head: Buffer = Buffer.alloc(0)
  let frame: Frame | null = null
  /** Whether a message has begun and not ended. */
  let open = false
  let begins = false
  return chunk => {
    const parts: MessagePart[] = []
    let rest = chunk
    while (rest.length > 0 || (frame !== null && frame.left === 0)) {
      if (frame === null) {
        const want = headLength(head)
        const take = Math.min(want - head.length, rest.length)
        head = Buffer.concat([head, rest.subarray(0, take)])
        rest = rest.subarray(take)
        if (head.length < 2 || head.length < headLength(head)) continue
        frame = readHead(head, open)
        head = Buffer.alloc(0)
        if (!frame.control) {
          open = true
          begins ||= frame.first
        }
      }
      const taken = rest.subarray(0, frame.left)
      rest = rest.subarray(taken.length)
      frame.left -= taken.length
      if (!frame.control) {
        const last = frame.left === 0 && frame.final
        if (taken.length > 0 || last) {
          const data = frame.mask === null ? taken : unmask(taken, frame.mask, frame.seen)
          parts.push({ first: begins, last, data })
          begins = false
        }
        if (last) open = false
      }
      frame.seen += taken.length
      if (frame.left === 0) frame = null
    }
    return parts
  }
}
