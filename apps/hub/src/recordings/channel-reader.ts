import { NotUnderstood, type Stream, type StreamPiece, type StreamReader } from './stream-piece.ts'
import { websocketReader } from './websocket-reader.ts'

/** Kubernetes' channels by their number. */
const CHANNELS: readonly Stream[] = ['stdin', 'stdout', 'stderr', 'error', 'resize']
/** Of version 5: its payload is the number of a channel that ends. */
const CLOSE = 255

/** Protocols that are understood, and whether their payloads are base64. */
const PROTOCOLS: Readonly<Record<string, 'binary' | 'base64'>> = {
  '': 'binary',
  'channel.k8s.io': 'binary',
  'v2.channel.k8s.io': 'binary',
  'v3.channel.k8s.io': 'binary',
  'v4.channel.k8s.io': 'binary',
  'v5.channel.k8s.io': 'binary',
  'base64.channel.k8s.io': 'base64',
  'v4.base64.channel.k8s.io': 'base64',
}

/** Whether a WebSocket that agreed on this protocol can be read. */
export const readsProtocol = (protocol: string): boolean => Object.hasOwn(PROTOCOLS, protocol)

/** Reads one direction of a session over a WebSocket. The first byte of each message says what stream it is of. */
export function channelReader(protocol: string): StreamReader {
  const messages = websocketReader()
  const base64 = PROTOCOLS[protocol] === 'base64'
  let stream: Stream | null = null
  /** Base64 that does not make whole bytes yet. */
  let carried = ''
  return {
    push(chunk) {
      const pieces: StreamPiece[] = []
      for (const { first, last, data } of messages(chunk)) {
        let payload = data
        if (first) {
          carried = ''
          const byte = payload[0]
          payload = payload.subarray(1)
          // An empty message says nothing.
          if (byte === undefined) continue
          const number = base64 ? byte - 0x30 : byte
          const known = CHANNELS[number]
          if (known === undefined && byte !== CLOSE) throw new NotUnderstood(`The session has no channel ${number}.`)
          stream = known ?? null
        }
        if (base64) {
          const text = carried + payload.toString('latin1')
          const whole = last ? text.length : text.length - (text.length % 4)
          carried = text.slice(whole)
          payload = Buffer.from(text.slice(0, whole), 'base64')
        }
        if (stream !== null && payload.length > 0) pieces.push({ stream, data: payload })
      }
      return pieces
    },
  }
}
