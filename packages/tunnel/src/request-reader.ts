import type { Duplex } from 'node:stream'
import { TunnelError } from './errors.ts'
import { parseRequestHead, type RequestHead } from './head.ts'
import { HeadReader } from './head-reader.ts'
import type { BodyReader } from './incoming-body.ts'

/**
 * Where the next bytes of the hub go.
 * - head: they are empty lines or the next request's head
 * - held: they wait until it is known what becomes of the request
 * - body: they are the request's body, up to its end
 * - blind: everything is relayed as it comes, after a 101
 * - over: there must not be any; the answer may still be under way
 * - forgotten: the last answer has been given, or the connection has ended or was given away
 */
export type State = 'head' | 'held' | 'body' | 'blind' | 'over' | 'forgotten'

export interface RequestEvents {
  begin(request: RequestHead): void
  /** An empty line came between two requests. */
  idle(): void
  /** False when there is no room for more. */
  blind(bytes: Buffer): boolean
  /** What came can not be understood. */
  refused(error: unknown): void
  /** Whether what was passed on has found no room yet. */
  full(): boolean
}

interface BodyUnderWay {
  reader: BodyReader
  piece(piece: Buffer): void
  done(): void
}

const EMPTY = Buffer.alloc(0)

/** Reads requests from one tunnel connection, and pauses it where their bytes can not be taken yet. */
export class RequestReader {
  readonly #connection: Duplex
  readonly #events: RequestEvents
  readonly #heads = new HeadReader()
  #state: State = 'head'
  #held: Buffer = EMPTY
  #body: BodyUnderWay | null = null

  constructor(connection: Duplex, events: RequestEvents) {
    this.#connection = connection
    this.#events = events
  }

  get state(): State {
    return this.#state
  }

  /** Goes on with what came in the meantime. */
  go(state: State): void {
    this.#state = state
    const held = this.#held
    this.#held = EMPTY
    if (held.length > 0) this.push(held)
    this.more()
  }

  /** The next bytes are a body; what follows is up to `done`, which says how to go on. */
  follow(reader: BodyReader, piece: (piece: Buffer) => void, done: () => State): void {
    this.#body = {
      reader,
      piece,
      done: () => {
        this.#state = done()
      },
    }
    if (reader.done) {
      this.#endBody()
      this.go(this.#state)
    } else {
      this.go('body')
    }
  }

  /** Takes bytes no more; gives back those that nobody has had. */
  stop(): Buffer {
    const held = this.#held
    this.#state = 'forgotten'
    this.#held = EMPTY
    this.#body = null
    return held
  }

  /** Reads on, unless there is no room. */
  more(): void {
    if (!this.#mustWait && this.#connection.isPaused()) this.#connection.resume()
  }

  push(chunk: Buffer): void {
    let rest = chunk
    try {
      while (rest.length > 0) rest = this.#take(rest)
    } catch (error) {
      this.#events.refused(error)
    }
  }

  get #mustWait(): boolean {
    if (this.#state === 'held') return this.#held.length > 0
    return (this.#state === 'body' || this.#state === 'blind') && this.#events.full()
  }

  /** Takes some of the bytes and returns the others. */
  #take(bytes: Buffer): Buffer {
    switch (this.#state) {
      case 'head':
        return this.#takeHead(bytes)
      case 'held':
        // Paused only now: the end of the connection is to be noticed while a request waits for its answer.
        this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
        this.#connection.pause()
        return EMPTY
      case 'body':
        return this.#takeBody(bytes)
      case 'blind':
        if (!this.#events.blind(bytes)) this.#connection.pause()
        return EMPTY
      case 'over':
        if (bytes.every(byte => byte === 0x0d || byte === 0x0a)) return EMPTY
        throw new TunnelError('malformed', 'Bytes came after a request that had to be the last.')
      case 'forgotten':
        return EMPTY
    }
  }

  #takeHead(bytes: Buffer): Buffer {
    const { emptyLines } = this.#heads
    const found = this.#heads.push(bytes)
    if (found === null) {
      if (this.#heads.emptyLines > emptyLines && !this.#heads.began) this.#events.idle()
      return EMPTY
    }
    const request = parseRequestHead(found.head)
    this.#state = 'held'
    this.#held = found.rest
    this.#events.begin(request)
    return EMPTY
  }

  #takeBody(bytes: Buffer): Buffer {
    const body = this.#body as BodyUnderWay
    const taken = body.reader.push(bytes, body.piece)
    if (body.reader.done && this.#body === body) this.#endBody()
    return bytes.subarray(taken)
  }

  #endBody(): void {
    const body = this.#body
    this.#body = null
    body?.done()
  }
}
