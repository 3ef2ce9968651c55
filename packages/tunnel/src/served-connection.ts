import type { Duplex } from 'node:stream'
import { failureAnswer, streamAnswer, wholeAnswer } from './answer.ts'
import { TunnelError } from './errors.ts'
import { GatheredWrites } from './gathered.ts'
import { handOver } from './hand-over.ts'
import { parseRequestHead, type RequestHead } from './head.ts'
import { HeadReader } from './head-reader.ts'
import { type BodyReader, bodyReader, IncomingBody } from './incoming-body.ts'
import { DRAINED_BYTES, LINGER_MS } from './limits.ts'
import { relayedHead, Upstream } from './relay.ts'
import type { Answer, Handle, Handling, ServeOptions } from './serve.ts'

/**
 * Where the next bytes of the hub go.
 * - head: they are empty lines or the next request's head
 * - held: they wait until it is known what becomes of the request
 * - body: they are the request's body, up to its end
 * - blind: everything is relayed as it comes, after a 101
 * - over: there must not be any; the answer may still be under way
 * - linger: they are forgotten; the last answer has been given
 */
type State = 'head' | 'held' | 'body' | 'blind' | 'over' | 'linger' | 'taken' | 'ended'

interface BodyUnderWay {
  reader: BodyReader
  piece(piece: Buffer): void
  done(): void
}

const SWITCHED = Buffer.from('HTTP/1.1 101 ')
const EMPTY = Buffer.alloc(0)

/** The agent's end of one tunnel connection, with the connection to the server behind that belongs to it. */
export class ServedConnection {
  /** Resolves when the connection has closed. */
  readonly ended: Promise<void>
  readonly #connection: Duplex
  readonly #handle: Handle
  readonly #options: ServeOptions
  readonly #heads = new HeadReader()
  readonly #gone = new AbortController()
  #state: State = 'head'
  #held: Buffer = EMPTY
  #upstream: Upstream | null = null
  /** The hub has read the last answer to its end: an end of the server behind is nobody's business now. */
  #idle = true
  /** The answer to an upgrade, as far as it is needed to see whether it is a 101. */
  #switching: Buffer | null = null
  #body: BodyUnderWay | null = null
  readonly #answers: GatheredWrites

  readonly #listeners = {
    data: (chunk: Buffer) => this.#onData(chunk),
    drain: () => this.#upstream?.socket.resume(),
    end: () => this.#onEnd(),
    error: () => this.#connection.destroy(),
  }

  constructor(connection: Duplex, handle: Handle, options: ServeOptions) {
    this.#connection = connection
    this.#answers = new GatheredWrites(connection)
    this.#handle = handle
    this.#options = options
    this.ended = new Promise(resolve => {
      const onClose = () => {
        this.#close()
        resolve()
      }
      connection.once('close', onClose)
      if (connection.destroyed) queueMicrotask(onClose)
    })
    for (const [event, listener] of Object.entries(this.#listeners)) connection.on(event, listener)
  }

  #close(): void {
    if (this.#state !== 'taken') this.#state = 'ended'
    this.#gone.abort()
    this.#upstream?.destroy()
  }

  #onEnd(): void {
    // After a 101 one side may finish before the other; anywhere else, the hub's end is the end.
    if (this.#state === 'blind') this.#upstream?.socket.end()
    else if (this.#state === 'linger') this.#connection.destroy()
    else {
      this.#connection.end()
      this.#close()
      this.#connection.destroy()
    }
  }

  #onData(chunk: Buffer): void {
    let rest = chunk
    try {
      while (rest.length > 0) rest = this.#take(rest)
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** Takes some of the bytes and returns the others. */
  #take(bytes: Buffer): Buffer {
    switch (this.#state) {
      case 'head':
        return this.#takeHead(bytes)
      case 'held':
        this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
        this.#connection.pause()
        return EMPTY
      case 'body':
        return this.#takeBody(bytes)
      case 'blind':
        if (!this.#upstream?.socket.write(bytes)) this.#connection.pause()
        return EMPTY
      case 'over':
        if (bytes.every(byte => byte === 0x0d || byte === 0x0a)) return EMPTY
        throw new TunnelError('malformed', 'Bytes came after a request that had to be the last.')
      case 'linger':
      case 'taken':
      case 'ended':
        return EMPTY
    }
  }

  #takeHead(bytes: Buffer): Buffer {
    const { emptyLines } = this.#heads
    const found = this.#heads.push(bytes)
    if (found === null) {
      if (this.#heads.emptyLines > emptyLines && !this.#heads.began && !this.#idle) this.#setIdle(true)
      return EMPTY
    }
    const request = parseRequestHead(found.head)
    this.#setIdle(false)
    this.#state = 'held'
    this.#held = found.rest
    this.#begin(request)
    if (this.#mustWait) this.#connection.pause()
    return EMPTY
  }

  #takeBody(bytes: Buffer): Buffer {
    const body = this.#body as BodyUnderWay
    const taken = body.reader.push(bytes, body.piece)
    if (body.reader.done) {
      this.#body = null
      body.done()
    }
    return bytes.subarray(taken)
  }

  #setIdle(idle: boolean): void {
    if (this.#idle === idle) return
    this.#idle = idle
    this.#options.inUse?.(!idle)
  }

  /** Goes on with what came in the meantime. */
  #go(state: State): void {
    this.#state = state
    const held = this.#held
    this.#held = EMPTY
    if (held.length > 0) this.#onData(held)
    if (!this.#mustWait && this.#connection.isPaused()) this.#connection.resume()
  }

  get #mustWait(): boolean {
    if (this.#state === 'held') return true
    return (this.#state === 'body' || this.#state === 'blind') && this.#upstream?.socket.writableNeedDrain === true
  }

  #begin(request: RequestHead): void {
    // Without a promise where none is needed: this is once per request.
    try {
      const handling = this.#handle(request)
      if (handling instanceof Promise) {
        handling.then(
          known => this.#do(request, known),
          error => this.#fail(request, 500, 'handler', error),
        )
      } else {
        this.#do(request, handling)
      }
    } catch (error) {
      this.#fail(request, 500, 'handler', error)
    }
  }

  #do(request: RequestHead, handling: Handling): void {
    if (this.#state !== 'held') return // ended meanwhile
    if (handling.do === 'answer') this.#answer(request, handling)
    else if (handling.do === 'upgrade') this.#give(handling)
    else {
      let head: string
      try {
        head = relayedHead(request, handling.headers)
      } catch (error) {
        this.#fail(request, 500, 'handler', error)
        return
      }
      // An upgrade gets a connection that has carried nothing yet: its first bytes decide whether it has switched,
      // and no answer to an earlier request may be able to pose as them.
      if (this.#upstream?.usable && request.upgrade === null) this.#relay(request, head)
      else this.#connect(request, head, handling.connect)
    }
  }

  async #connect(request: RequestHead, head: string, connect: () => Promise<Duplex>): Promise<void> {
    this.#upstream?.destroy()
    this.#upstream = null
    try {
      const socket = await connect()
      if (this.#state !== 'held') {
        socket.destroy()
        return
      }
      this.#upstream = new Upstream(socket, {
        data: chunk => this.#onAnswer(chunk),
        drain: () => {
          if (!this.#mustWait) this.#connection.resume()
        },
        ended: clean => this.#onUpstreamEnd(clean),
      })
    } catch (error) {
      if (this.#state === 'held') this.#fail(request, 502, 'connect', error)
      return
    }
    this.#relay(request, head)
  }

  #relay(request: RequestHead, head: string): void {
    const { socket } = this.#upstream as Upstream
    socket.write(head, 'latin1')
    if (request.upgrade !== null) {
      this.#switching = EMPTY
      return // what the hub sends waits until the server behind has switched
    }
    const next = request.last ? 'over' : 'head'
    const reader = request.framing.kind === 'chunked' ? null : bodyReader(request.framing)
    if (reader?.done) {
      this.#go(next)
    } else if (reader) {
      const pieces = new GatheredWrites(socket)
      this.#body = {
        reader,
        piece: piece => {
          if (!pieces.write(piece)) this.#connection.pause()
        },
        done: () => {
          this.#state = next
        },
      }
      this.#go('body')
    } else {
      this.#relayChunked(socket, next)
    }
  }

  /** Chunks are passed on as they came, but where they end is followed: nothing behind them goes past the guard. */
  #relayChunked(socket: Duplex, next: State): void {
    const reader = bodyReader({ kind: 'chunked' })
    this.#body = {
      reader: {
        get done() {
          return reader.done
        },
        push: bytes => {
          const taken = reader.push(bytes, () => {})
          if (!socket.write(bytes.subarray(0, taken))) this.#connection.pause()
          return taken
        },
      },
      piece: () => {},
      done: () => {
        this.#state = next
      },
    }
    this.#go('body')
  }

  #onAnswer(chunk: Buffer): void {
    if (this.#idle) {
      // Nobody asked: whatever it is, it answers nothing.
      this.#upstream?.destroy()
      this.#upstream = null
      return
    }
    if (!this.#answers.write(chunk)) this.#upstream?.socket.pause()
    if (this.#switching === null) return
    this.#switching = Buffer.concat([this.#switching, chunk.subarray(0, SWITCHED.length)])
    if (this.#switching.length < SWITCHED.length) return
    const switched = this.#switching.subarray(0, SWITCHED.length).equals(SWITCHED)
    this.#switching = null
    this.#go(switched ? 'blind' : 'over')
  }

  #onUpstreamEnd(clean: boolean): void {
    this.#upstream = null
    if (this.#idle) return
    // What it sent is still to be delivered; whether that was all is for the hub to see.
    this.#state = 'over'
    if (clean) this.#end()
    else this.#connection.destroy()
  }

  #give({ protocol, take }: Extract<Handling, { do: 'upgrade' }>): void {
    this.#connection.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\n\r\n`)
    this.#state = 'taken'
    this.#upstream?.destroy()
    take(handOver(this.#connection, this.#listeners, this.#held))
  }

  #answer(request: RequestHead, { status, headers = {}, body }: Answer): void {
    if (typeof body === 'function') {
      this.#answerBy(request, status, headers, body)
      return
    }
    const { framing } = request
    const short = framing.kind === 'none' || (framing.kind === 'length' && framing.bytes <= DRAINED_BYTES)
    const last = request.last || !short
    this.#connection.write(wholeAnswer(request.method, status, headers, body, last))
    if (last) this.#end()
    else this.#skip(bodyReader(framing))
  }

  /** Forgets the rest of a body. */
  #skip(reader: BodyReader): void {
    if (reader.done) {
      this.#go('head')
      return
    }
    this.#body = {
      reader,
      piece: () => {},
      done: () => {
        this.#state = 'head'
      },
    }
    this.#go('body')
  }

  async #answerBy(
    request: RequestHead,
    status: number,
    headers: Record<string, string>,
    make: Exclude<Answer['body'], string | Uint8Array>,
  ): Promise<void> {
    const reader = bodyReader(request.framing)
    const body = new IncomingBody(
      () => this.#connection.resume(),
      () => this.#connection.resume(), // it is read and forgotten, or nobody would see the end
    )
    const onGone = () => body.breakOff()
    this.#gone.signal.addEventListener('abort', onGone, { once: true })
    body.on('error', () => {}) // who reads it sees it; who does not need not
    const whole = () => {
      body.finish()
      this.#state = 'over'
    }
    this.#body = {
      reader,
      piece: piece => {
        if (!body.destroyed && !body.push(piece)) this.#connection.pause()
      },
      done: whole,
    }
    if (reader.done) {
      whole()
      this.#go('over')
    } else {
      this.#go('body')
    }
    try {
      const made = await make({ body, signal: this.#gone.signal })
      if (this.#state === 'ended') {
        if (typeof made !== 'string') made.destroy()
        return
      }
      if (typeof made === 'string') {
        this.#connection.write(wholeAnswer(request.method, status, headers, made, request.last))
      } else {
        await streamAnswer(this.#connection, status, headers, made).catch(error => {
          this.#connection.destroy() // half an answer must not look like a whole one
          throw error
        })
      }
      body.destroy()
      if (!reader.done || request.last) this.#end()
      else this.#go('head')
    } catch (error) {
      body.destroy()
      this.#fail(request, 500, 'handler', error)
    } finally {
      this.#gone.signal.removeEventListener('abort', onGone)
    }
  }

  #fail(request: RequestHead, status: number, failure: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    this.#options.log?.('a request failed here', { method: request.method, path: request.path, failure, message })
    if (this.#state === 'ended' || this.#connection.destroyed) return
    const last = request.last || request.framing.kind !== 'none'
    this.#connection.write(failureAnswer(request.method, status, failure, `${message}\n`, last))
    if (last) this.#end()
    else this.#go('head')
  }

  /** What came can not be understood, so nothing after it can. */
  #refuse(error: unknown): void {
    const { reason, message } =
      error instanceof TunnelError ? error : { reason: 'malformed', message: 'Something failed while reading.' }
    this.#options.log?.('what the hub sent was refused', { reason, message })
    const answered = this.#state !== 'head'
    this.#upstream?.destroy()
    this.#upstream = null
    if (answered) {
      this.#connection.destroy()
      return
    }
    this.#connection.write(failureAnswer('GET', reason === 'too-large' ? 431 : 400, reason, `${message}\n`, true))
    this.#end()
  }

  /** Ends the connection after what was written; what still comes in is read and forgotten for a while. */
  #end(): void {
    this.#state = 'linger'
    this.#body = null
    this.#held = EMPTY
    // From when it is sent: a slow reader may take long over a last answer.
    this.#connection.end(() => {
      const timer = setTimeout(() => this.#connection.destroy(), LINGER_MS)
      this.#connection.once('close', () => clearTimeout(timer))
    })
    this.#connection.resume()
  }
}
