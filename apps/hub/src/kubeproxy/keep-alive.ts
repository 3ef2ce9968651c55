/** Of the first byte of a WebSocket frame (RFC 6455): what kind it is of. */
const OPCODE = 0x0f
const CLOSE = 8
const PONG = 10
/** The first byte of a control frame of SPDY; frames with data begin with their stream, which is never that high. */
const SPDY_CONTROL = 0x80
/** The second one: of version 3. */
const SPDY_VERSION = 3
/** The fourth: which control frame it is. */
const SPDY_PING = 6

/**
 * Whether a piece that a client sent is only there so that the connection stays: programs and browsers send and answer
 * pings with nobody at them. A piece out of the middle of a long frame may look like one, which is of no consequence:
 * it had a beginning.
 */
export function isKeepAlive(piece: Buffer): boolean {
  const [first = 0, second = 0] = piece
  if (first === SPDY_CONTROL && second === SPDY_VERSION) return piece[3] === SPDY_PING
  const opcode = first & OPCODE
  return (first & 0x80) !== 0 && opcode >= CLOSE && opcode <= PONG
}
