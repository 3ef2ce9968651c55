/** What a session’s streams are called, whatever protocol carries them. */
export type Stream = 'stdin' | 'stdout' | 'stderr' | 'error' | 'resize'

/** A piece of one stream, as it passed. */
export interface StreamPiece {
  stream: Stream
  data: Buffer
}

/** The bytes are none of the protocol: nothing after them can be understood. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood'
}

/** Understands one direction of a connection. Keeps no more than it needs to understand what comes next. */
export interface StreamReader {
  push(chunk: Buffer): StreamPiece[]
}
