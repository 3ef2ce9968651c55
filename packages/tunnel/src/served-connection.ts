import type { Duplex } from 'node:stream'
import { failureAnswer, streamAnswer, wholeAnswer } from './answer.ts'
import { TunnelError } from './errors.ts'
import type { GatheredWrites } from './gathered.ts'
import { handOver } from './hand-over.ts'
import type { RequestHead } from './head.ts'
import { bodyReader, IncomingBody } from './incoming-body.ts'
import { DRAINED_BYTES, LINGER_MS } from './limits.ts'
import { relayBody, relayedHead, Upstream } from './relay.ts'
import { RequestReader } from './request-reader.ts'
import type { Answer, Handle, Handling, ServeOptions } from './serve.ts'

const SWITCHED = Buffer.from('HTTP/1.1 101 ')
const EMPTY = Buffer.alloc(0)

/** The agent's end of one tunnel connection, with the connection to the server behind that belongs to it. */
export class ServedConnection {
  /** Resolves when the connection has closed. */
  readonly ended: Promise<void>
  readonly #connection: Duplex
  readonly #handle: Handle
  readonly #options: ServeOptions
  readonly #requests: RequestReader
  readonly #gone = new AbortController()
  #upstream: Upstream | null = null
  /** The hub has read the last answer to its end: an end of the server behind is nobody's business now. */
  #idle = true
  /** The answer to an upgrade, as far as it is needed to see whether it is a 101. */
  #switching: Buffer | null = null

  readonly #listeners = {
    data: (chunk: Buffer) => this.#requests.push(chunk),
    drain: () => this.#upstream?.socket.resume(),
    end: () => this.#onEnd(),
    error: () => this.#connection.destroy(),
  }

  constructor(connection: Duplex, handle: Handle, options: ServeOptions) {
    this.#connection = connection
    this.#handle = handle
    this.#options = options
    this.#requests = new RequestReader(connection, {
      begin: request => this.#begin(request),
      idle: () => this.#setIdle(true),
      blind: bytes => this.#upstream?.writes.write(bytes) !== false,
      refused: error => this.#refuse(error),
      full: () => this.#upstream?.socket.writableNeedDrain === true,
    })
    this.ended = new Promise(resolve => {
      const onClose = () => {
        this.#requests.stop()
        this.#gone.abort(new TunnelError('closed', 'The connection to the hub ended.'))
        this.#upstream?.destroy()
        resolve()
      }
      connection.once('close', onClose)
      if (connection.destroyed) queueMicrotask(onClose)
    })
    for (const [event, listener] of Object.entries(this.#listeners)) connection.on(event, listener)
  }

  #onEnd(): void {
    // After a 101 one side may finish before the other; anywhere else, the hub's end is the end.
    if (this.#requests.state === 'blind') this.#upstream?.socket.end()
    else this.#connection.destroy()
  }

  #setIdle(idle: boolean): void {
    if (this.#idle === idle) return
    this.#idle = idle
    this.#options.inUse?.(!idle)
  }

  #begin(request: RequestHead): void {
    this.#setIdle(false)
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
    if (this.#requests.state !== 'held') return // ended meanwhile
    if (handling.do === 'answer') {
      if (typeof handling.body === 'function') this.#answerBy(request, handling, handling.body)
      else this.#answer(request, handling, handling.body)
    } else if (handling.do === 'upgrade') this.#give(handling)
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
      if (this.#upstream?.usable && request.upgrade === null) this.#relay(this.#upstream, request, head)
      else this.#connect(request, head, handling.connect)
    }
  }

  async #connect(request: RequestHead, head: string, connect: () => Promise<Duplex>): Promise<void> {
    this.#dropUpstream()
    let socket: Duplex
    try {
      socket = await connect()
    } catch (error) {
      this.#fail(request, 502, 'connect', error)
      return
    }
    if (this.#requests.state !== 'held') {
      socket.destroy()
      return
    }
    this.#upstream = new Upstream(socket, this.#connection, {
      data: (chunk, answers) => this.#onAnswer(chunk, answers),
      drain: () => this.#requests.more(),
      ended: clean => this.#onUpstreamEnd(clean),
    })
    this.#relay(this.#upstream, request, head)
  }

  #relay({ socket, writes }: Upstream, request: RequestHead, head: string): void {
    socket.write(head, 'latin1')
    if (request.upgrade !== null) {
      this.#switching = EMPTY // what the hub sends waits until the server behind has switched
      return
    }
    const { reader, piece } = relayBody(request.framing, writes, () => this.#connection.pause())
    this.#requests.follow(reader, piece, () => (request.last ? 'over' : 'head'))
  }

  #onAnswer(chunk: Buffer, answers: GatheredWrites): void {
    if (this.#idle) {
      this.#dropUpstream() // nobody asked: whatever it is, it answers nothing
      return
    }
    if (!answers.write(chunk)) this.#upstream?.socket.pause()
    if (this.#switching === null) return
    this.#switching = Buffer.concat([this.#switching, chunk.subarray(0, SWITCHED.length)])
    if (this.#switching.length < SWITCHED.length) return
    const switched = this.#switching.subarray(0, SWITCHED.length).equals(SWITCHED)
    this.#switching = null
    this.#requests.go(switched ? 'blind' : 'over')
  }

  #onUpstreamEnd(clean: boolean): void {
    this.#upstream = null
    if (this.#idle) return
    // What it sent is still to be delivered; whether that was all is for the hub to see.
    if (clean) this.#end()
    else this.#connection.destroy()
  }

  #dropUpstream(): void {
    this.#upstream?.destroy()
    this.#upstream = null
  }

  #give({ protocol, take }: Extract<Handling, { do: 'upgrade' }>): void {
    this.#connection.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\n\r\n`)
    this.#dropUpstream()
    take(handOver(this.#connection, this.#listeners, this.#requests.stop()))
  }

  #answer(request: RequestHead, { status, headers = {} }: Answer, body: string | Uint8Array): void {
    const { framing } = request
    const short = framing.kind === 'none' || (framing.kind === 'length' && framing.bytes <= DRAINED_BYTES)
    const last = request.last || !short
    this.#connection.write(wholeAnswer(request.method, status, headers, body, last))
    if (last) this.#end()
    else
      this.#requests.follow(
        bodyReader(framing),
        () => {},
        () => 'head',
      )
  }

  async #answerBy(
    request: RequestHead,
    { status, headers = {} }: Answer,
    make: Exclude<Answer['body'], string | Uint8Array>,
  ): Promise<void> {
    const { signal } = this.#gone
    const reader = bodyReader(request.framing)
    // A body that is given up is read and forgotten, or nobody would see the end of the connection.
    const readOn = () => this.#requests.more()
    const body = new IncomingBody(readOn, readOn)
    const onGone = () => body.breakOff()
    signal.addEventListener('abort', onGone, { once: true })
    const onPiece = (piece: Buffer) => {
      if (!body.destroyed && !body.push(piece)) this.#connection.pause()
    }
    this.#requests.follow(reader, onPiece, () => {
      body.finish()
      return 'over'
    })
    try {
      const made = await make({ body, signal })
      if (signal.aborted) {
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
      else this.#requests.go('head')
    } catch (error) {
      body.destroy()
      this.#fail(request, 500, 'handler', error)
    } finally {
      signal.removeEventListener('abort', onGone)
    }
  }

  #fail(request: RequestHead, status: number, failure: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    this.#options.log?.('a request failed here', { method: request.method, path: request.path, failure, message })
    if (this.#connection.destroyed || this.#requests.state === 'forgotten') return
    const last = request.last || request.framing.kind !== 'none'
    this.#connection.write(failureAnswer(request.method, status, failure, `${message}\n`, last))
    if (last) this.#end()
    else this.#requests.go('head')
  }

  /** What came can not be understood, so nothing after it can. */
  #refuse(error: unknown): void {
    const { reason, message } =
      error instanceof TunnelError ? error : { reason: 'malformed', message: 'Something failed while reading.' }
    this.#options.log?.('what the hub sent was refused', { reason, message })
    this.#dropUpstream()
    if (this.#requests.state !== 'head' || !this.#idle) {
      this.#connection.destroy() // an answer may be under way, and another would become a part of it
      return
    }
    this.#connection.write(failureAnswer('GET', reason === 'too-large' ? 431 : 400, reason, `${message}\n`, true))
    this.#end()
  }

  /** Ends the connection after what was written; what still comes in is read and forgotten for a while. */
  #end(): void {
    this.#requests.stop()
    // From when it is sent: a slow reader may take long over a last answer.
    this.#connection.end(() => {
      const timer = setTimeout(() => this.#connection.destroy(), LINGER_MS)
      this.#connection.once('close', () => clearTimeout(timer))
    })
    this.#connection.resume()
  }
}
